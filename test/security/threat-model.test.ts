import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const rows = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat '))
  .map((line) => line.replace(/ \|$/, '').split(' | ') as [threat: string, stands: string, test: string]);

interface Reference {
  readonly path: string;
  /** What tests there are called, or a part of it. */
  readonly names: readonly string[];
}

/** `file` · name, name (remark); `file`, `directory/`; … */
function referencesOf(cell: string): Reference[] {
  return cell.split('; ').flatMap((part) => {
    const [files = '', names = ''] = part.replace(/ \(.*\)$/, '').split(' · ');
    const paths = [...files.matchAll(/`([\w/-]+)`/g)].map(([, path = '']) => path);
    return paths.map((path, index) => ({
      path,
      // Names belong to the file that stands before them.
      names: index === paths.length - 1 && names !== '' ? names.split(', ') : [],
    }));
  });
}

const filesOf = (path: string): string[] => {
  if (path.endsWith('/')) return globSync(`test/${path}**/*.ts`);
  return existsSync(`test/${path}.test.ts`) ? [`test/${path}.test.ts`] : [];
};

/** Every string of a file: titles of tests, and what rows of a table make titles of. */
const stringsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/'([^'\n]*)'|`([^`\n]*)`/g)].map(
    ([, quoted, template]) => quoted ?? template ?? '',
  );

describe('each line of the threat model', () => {
  it.each(rows)('%s: is held by tests that there are', (_threat, _stands, test) => {
    const references = referencesOf(test);
    expect(references).not.toEqual([]);
    for (const { path, names } of references) {
      const files = filesOf(path);
      expect(files, path).not.toEqual([]);
      const strings = files.flatMap(stringsOf);
      const missing = names.filter((name) => !strings.some((one) => one.includes(name)));
      expect(missing, path).toEqual([]);
    }
  });

  it('is there', () => expect(rows.length).toBeGreaterThan(30));
});

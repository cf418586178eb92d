import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const rows = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat '))
  .map((line) => line.split(' | ') as [threat: string, stands: string, test: string]);

it.each(rows)('%s: is held by a test that there is', (_threat, _stands, test) => {
  const paths = [...test.matchAll(/`([\w/-]+)`/g)].map(([, path = '']) => path);
  const found = (path: string) =>
    path.endsWith('/') ? readdirSync(`test/${path}`).length > 0 : existsSync(`test/${path}.test.ts`);
  expect(paths.filter((path) => !found(path))).toEqual([]);
  // "the same" is the line above.
  expect(paths.length > 0 || test.startsWith('the same')).toBe(true);
});

it('has lines', () => expect(rows.length).toBeGreaterThan(30));

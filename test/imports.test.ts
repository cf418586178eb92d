import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Source files under a folder, relative to the project. */
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

interface Import {
  readonly from: string;
  /** Path of the imported file, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const STATEMENT =
  /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const importsOf = (file: string): Import[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(STATEMENT)].map(([, type, static_, dynamic]) => {
    const specifier = static_ ?? dynamic ?? '';
    const to = specifier.startsWith('.') ? relative(root, join(root, dirname(file), specifier)) : specifier;
    return { from: file, to, typeOnly: type !== undefined };
  });

const shared = filesIn('shared').flatMap(importsOf);
const functions = filesIn('functions').flatMap(importsOf);
const tamil = filesIn('tamil').flatMap(importsOf);
const told = (imports: readonly Import[]) => imports.map(({ from, to }) => `${from} → ${to}`);
const within = (folder: string) => (imported: Import) => imported.from.startsWith(`${folder}/`);
const into =
  (...folders: string[]) =>
  ({ to }: Import) =>
    folders.some((folder) => to.startsWith(folder));

describe('imports run one way', () => {
  it('the scan sees imports at all', () => {
    expect(shared.length).toBeGreaterThan(100);
    expect(told(shared)).toContain(
      'shared/operations/work/work.ts → shared/operations/record/transitions.ts',
    );
    expect(told(shared)).toContain('shared/compose.ts → shared/operations/store/sqlite/store.ts');
    expect(told(functions)).toContain('functions/register.ts → functions/serve.ts');
  });

  it('shared knows neither functions nor what is local', () => {
    expect(told(shared.filter(into('functions/', 'local/', 'test/', 'scripts/', 'bench/')))).toEqual([]);
  });

  it('functions know shared only', () => {
    expect(told(functions.filter(into('local/', 'test/', 'scripts/', 'bench/')))).toEqual([]);
  });

  it('the Tamil engine knows itself only, and reads its word lists', () => {
    expect(told(tamil)).toContain('tamil/critique/clarity.ts → tamil/proofread/find-issues.ts');
    const outside = tamil.filter(({ to }) => !to.startsWith('tamil/'));
    expect(told(outside)).toEqual(['tamil/words/text.ts → node:fs']);
  });

  it('what runs deploys without what is for tests', () => {
    const runs = [...shared, ...functions, ...tamil, ...filesIn('local').flatMap(importsOf)];
    expect(told(runs.filter(into('test/', 'vitest', 'fast-check')))).toEqual([]);
  });

  it('folders do not know each other in a circle, but for their types', () => {
    const folderOf = (path: string) => path.split('/').slice(0, 2).join('/');
    const known = new Map<string, Set<string>>();
    for (const { from, to, typeOnly } of shared) {
      const [one, other] = [folderOf(from), folderOf(to)];
      if (typeOnly || one === other || !to.startsWith('shared/')) continue;
      known.set(one, (known.get(one) ?? new Set()).add(other));
    }
    const below = (folder: string, seen = new Set<string>()): Set<string> => {
      for (const other of known.get(folder) ?? []) if (!seen.has(other)) below(other, seen.add(other));
      return seen;
    };
    expect(below('shared/http')).toContain('shared/analyses');
    expect([...known.keys()].filter((folder) => below(folder).has(folder))).toEqual([]);
  });

  it('the operation’s life does not know HTTP', () => {
    expect(told(shared.filter(within('shared/operations')).filter(into('shared/http/')))).toEqual([]);
  });

  it.each(['shared/operations', 'shared/queue', 'shared/analyses', 'shared/providers'])(
    '%s does not know the composition root or the configuration',
    (folder) => {
      const above = into('shared/compose.ts', 'shared/config.ts', 'shared/environment');
      expect(told(shared.filter(within(folder)).filter(above))).toEqual([]);
    },
  );

  it('adapters of the store know the port and not what uses it', () => {
    const port = ['record.ts', 'summary.ts', 'store.ts', 'slots.ts', 'stores/'].map(
      (name) => `shared/operations/${name}`,
    );
    const own = shared.filter(within('shared/operations/stores')).filter(into('shared/operations/'));
    expect(told(own.filter((imported) => !into(...port)(imported)))).toEqual([]);
  });

  it('only the composition root knows adapters', () => {
    const adapters = shared
      .filter(into('shared/operations/stores/', 'shared/queue/cloud-tasks/queue.ts'))
      .filter(({ from }) => !from.startsWith('shared/operations/stores/'));
    expect(new Set(adapters.map(({ from }) => from))).toEqual(new Set(['shared/compose.ts']));
  });

  it('Google’s clients are known to their adapters only', () => {
    const google = [...shared, ...functions].filter(
      into('@google-cloud/firestore', '@google-cloud/tasks', '@google/genai'),
    );
    const places = ['shared/operations/stores/', 'shared/queue/cloud-tasks', 'shared/providers/gemini/'];
    expect(told(google.filter(({ from }) => !places.some((place) => from.startsWith(place))))).toEqual([]);
  });

  it('the functions framework is known where functions are registered only', () => {
    expect(told(shared.filter(into('@google-cloud/functions-framework')))).toEqual([]);
    const users = functions.filter(into('@google-cloud/functions-framework')).map(({ from }) => from);
    expect(new Set(users)).toEqual(new Set(['functions/register.ts']));
  });
});

describe('the environment', () => {
  it('is read in shared/config.ts only', () => {
    const readers = [...filesIn('shared'), ...filesIn('functions')].filter((file) =>
      /\bprocess\s*\.\s*env\b|\bprocess\[['"]env|import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"]node:process/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(readers).toEqual(['shared/config.ts']);
  });
});

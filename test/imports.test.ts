import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, type Import, importsOf, root } from './support/imports.ts';

const shared = filesIn('shared').flatMap(importsOf);
const functions = filesIn('functions').flatMap(importsOf);
const tamil = filesIn('tamil').flatMap(importsOf);
const local = filesIn('local').flatMap(importsOf);
const client = filesIn('client/src').flatMap(importsOf);
const command = filesIn('command').flatMap(importsOf);
const told = (imports: readonly Import[]) => imports.map(({ from, to }) => `${from} → ${to}`);
const within = (folder: string) => (imported: Import) => imported.from.startsWith(`${folder}/`);
const into =
  (...folders: string[]) =>
  ({ to }: Import) =>
    folders.some((folder) => to.startsWith(folder));

/** Of `shared`, from the lowest to the highest. What stands in one layer does not know its neighbours. */
const LAYERS = [
  [
    'errors.ts',
    'log.ts',
    'once.ts',
    'trace.ts',
    'retry-after.ts',
    'end-on-signals.ts',
    'grpc-status.ts',
    'parse-json.ts',
    'loopback.ts',
    'unless-aborted.ts',
  ],
  ['validate.ts'],
  ['quota', 'queue', 'auth'],
  ['operations'],
  ['analyses'],
  ['providers'],
  ['kinds.ts'],
  ['environment.ts'],
  ['read-environment.ts'],
  ['config.ts'],
  ['http'],
  ['compose.ts'],
];
/** Of the core. */
const ROOMS = [
  ['record'],
  ['kind.ts', 'store'],
  ['services.ts'],
  ['attempt', 'access'],
  ['submit'],
  ['work'],
];

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

  it('the page knows the API by its client only, and the service knows of the page its headers only', () => {
    const web = filesIn('web/src').flatMap(importsOf);
    expect(told(web)).toContain('web/src/main.ts → client/src/client.ts');
    const outside = web.filter(into('../', 'client/', 'shared/', 'functions/', 'local/', 'tamil/', 'node:'));
    expect(new Set(outside.map(({ to }) => to))).toEqual(new Set(['client/src/client.ts']));
    const service = [...shared, ...functions, ...tamil, ...local].filter(into('web/', 'vite', 'lit'));
    expect(told(service)).toEqual(['local/start/page.ts → web/headers.ts']);
  });

  it('the Tamil engine knows itself only, and reads its word lists', () => {
    expect(told(tamil)).toContain('tamil/critique/clarity.ts → tamil/proofread/find-issues.ts');
    const outside = tamil.filter(({ to }) => !to.startsWith('tamil/'));
    expect(told(outside)).toEqual(['tamil/words/text.ts → node:fs']);
  });

  it('the client knows itself only, and the service does not know it', () => {
    expect(told(client)).toContain('client/src/client.ts → client/src/analyse.ts');
    expect(told(client.filter(({ to }) => !to.startsWith('client/src/')))).toEqual([]);
    const service = [...shared, ...functions, ...tamil, ...local];
    expect(told(service.filter(into('client/', '@tamil-text-analysis/client')))).toEqual([]);
  });

  it('the command knows the service by its client only', () => {
    const ours = command.filter(({ to }) => existsSync(join(root, to)));
    expect(told(ours)).toContain('command/run.ts → client/src/client.ts');
    expect(told(ours.filter(({ to }) => !/^(command\/|client\/src\/client\.ts$)/.test(to)))).toEqual([]);
  });

  it('what runs deploys without what is for tests', () => {
    const runs = [...shared, ...functions, ...tamil, ...filesIn('local').flatMap(importsOf)];
    expect(told(runs.filter(into('test/', 'vitest', 'fast-check')))).toEqual([]);
  });

  it('no file knows itself through others, not even by a type', () => {
    const others = ['web', 'command', 'scripts', 'bench', 'infra', 'test']
      .flatMap(filesIn)
      .flatMap(importsOf);
    const all = [...shared, ...functions, ...tamil, ...local, ...client, ...others];
    const known = Map.groupBy(all, ({ from }) => from);
    const below = (file: string, seen = new Set<string>()): Set<string> => {
      for (const { to } of known.get(file) ?? []) if (!seen.has(to)) below(to, seen.add(to));
      return seen;
    };
    expect(below('shared/http/operation-answer.ts')).toContain('shared/operations/record/record.ts');
    expect([...known.keys()].filter((file) => below(file).has(file))).toEqual([]);
  });

  it.each([
    ['shared', LAYERS],
    ['shared/operations', ROOMS],
  ])('%s is built in layers, each of which knows those below it only', (folder, layers) => {
    const layerOf = (path: string): number => {
      const inside = path.slice(folder.length + 1);
      return layers.findIndex((layer) =>
        layer.some((name) => inside === name || inside.startsWith(`${name}/`)),
      );
    };
    const inside = shared.filter(within(folder)).filter(into(`${folder}/`));
    expect(inside.filter(({ from }) => layerOf(from) < 0).map(({ from }) => from)).toEqual([]);
    const nameOf = (path: string) => path.slice(folder.length + 1).split('/', 1)[0];
    const wrong = inside.filter(
      ({ from, to }) =>
        layerOf(to) > layerOf(from) || (layerOf(to) === layerOf(from) && nameOf(to) !== nameOf(from)),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('the Tamil engine is a library: it knows nothing of the service', () => {
    expect(
      told(tamil.filter(into('shared/', 'functions/', 'local/', 'test/', 'scripts/', 'bench/'))),
    ).toEqual([]);
  });

  it('only the composition root knows adapters', () => {
    const adapters = shared
      .filter(
        into(
          'shared/operations/store/firestore/',
          'shared/operations/store/sqlite/',
          'shared/queue/cloud-tasks/',
        ),
      )
      .filter(({ from }) => !/^shared\/(operations\/store|queue\/cloud-tasks)\//.test(from));
    expect(new Set(adapters.map(({ from }) => from))).toEqual(new Set(['shared/compose.ts']));
  });

  it('Google’s clients are known to their adapters only', () => {
    const google = [...shared, ...functions].filter(
      into('@google-cloud/firestore', '@google-cloud/tasks', '@google/genai'),
    );
    const places = [
      'shared/operations/store/firestore/',
      'shared/queue/cloud-tasks/',
      'shared/providers/gemini/',
    ];
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

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'rolldown';
import { z } from 'zod';
import { TARGETS } from '../functions/serve.ts';
import { lockFor } from './lock.ts';
import { copyStaticFiles, staticFiles } from './static-files.ts';
import { wordLists } from './word-lists.ts';

/**
 * Makes `dist/`: what is deployed. Our code and its small libraries are bundled, because one file loads faster than
 * hundreds; the framework, which must be the one that the platform starts, and Google's clients stay packages, named
 * with their versions in a package.json and lock file of their own.
 */
const PACKAGES = [
  '@google-cloud/functions-framework',
  '@google-cloud/firestore',
  '@google-cloud/tasks',
  '@google/genai',
  'google-gax',
];

/** `index` is what the framework loads; it loads the next, and that the one that is served. */
const FUNCTIONS = ['index', 'register', ...TARGETS];

const manifest = z
  .object({
    name: z.string(),
    version: z.string(),
    license: z.string(),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/**
 * Takes from Node's modules what is used. To a plain `import` each shows all its exports, and some of those load more of
 * Node.js: one of `node:http` is a WebSocket, which brings undici, 20 ms of a start that has no use for it.
 */
const builtins: Plugin = {
  name: 'builtins',
  resolveId: {
    filter: { id: /^node:/ },
    // The bundler's own runtime is the exception: what it takes would tie the entry point to another chunk.
    handler: (id, importer, { kind }) =>
      kind === 'import-statement' && !importer?.startsWith('\0') ? `\0${id}` : undefined,
  },
  load: {
    filter: { id: /^\0node:/ },
    handler: (id) => {
      const path = id.slice(1);
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
      const taken = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`);
      const module = `const builtin = process.getBuiltinModule(${JSON.stringify(path)}); export default builtin;`;
      return [module, ...taken].join('\n');
    },
  },
};

/**
 * What is in no chunk with others: the functions, since one waits for its own chunk while it is loaded (top-level await),
 * the offline engine, which takes ten times the rest to compile and has no part in most requests, and the pages, which few
 * ask for.
 */
const isApart = /^\/(functions|tamil|shared\/providers\/tamil|shared\/http\/pages)\b/;

rmSync('dist', { recursive: true, force: true });
await build({
  // The functions are named, so that what several of them import is one chunk: every file costs a start time.
  input: {
    ...Object.fromEntries(FUNCTIONS.map((name) => [name, `functions/${name}.ts`])),
    'compile-cache': 'scripts/compile-cache.ts',
  },
  platform: 'node',
  // What our packages bring along and the adapters import is theirs to resolve.
  external: [...PACKAGES, /^@google-cloud\//],
  plugins: [builtins, wordLists, staticFiles],
  // It would be looked for where the bundle runs.
  onLog: (level, log, handle) => handle(log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log),
  output: {
    dir: 'dist',
    // By this extension the framework knows a module without looking for its package.json, which costs it tens of milliseconds.
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    codeSplitting: {
      groups: [
        {
          name: 'core',
          minShareCount: 2,
          test: (id) => !isApart.test(id.slice(process.cwd().length)),
        },
      ],
    },
    comments: false,
    // A third less to compile at the start; names stay, for the stacks in the log.
    minify: { compress: { target: 'node24' }, mangle: false, codegen: { removeWhitespace: true } },
  },
});

const { name, version, license, dependencies } = manifest;
const deployed = {
  name,
  version,
  license,
  private: true,
  type: 'module',
  main: 'index.mjs',
  engines: { node: '24' },
  dependencies: Object.fromEntries(
    PACKAGES.map((library) => [library, dependencies[library] ?? missing(library)]),
  ),
};
const lock = lockFor(deployed, JSON.parse(readFileSync('package-lock.json', 'utf8')));
writeFileSync('dist/package.json', `${JSON.stringify(deployed, null, 2)}\n`);
writeFileSync('dist/package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
copyStaticFiles('dist');

const { status } = spawnSync(process.execPath, ['dist/compile-cache.mjs'], { stdio: 'inherit' });
if (status !== 0) console.error('dist/ has no complete compile cache: it works, and starts slower.');

function missing(library: string): never {
  throw new Error(`package.json does not name ${library}`);
}

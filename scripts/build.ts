import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { z } from 'zod';
import { lockFor } from './lock.ts';

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

const manifest = z
  .object({
    name: z.string(),
    version: z.string(),
    license: z.string(),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/**
 * Takes from Node's modules what is used. To a plain `import` each shows all its exports, and one of `node:http` is a
 * WebSocket, which loads undici: 20 ms of a start that has no use for it.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
      const taken = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`);
      const module = `const builtin = process.getBuiltinModule(${JSON.stringify(path)}); export default builtin;`;
      return { contents: [module, ...taken].join('\n') };
    });
  },
};

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { index: 'functions/index.ts', 'compile-cache': 'scripts/compile-cache.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  chunkNames: 'chunks/[name]-[hash]',
  // What our packages bring along and the adapters import is theirs to resolve.
  external: [...PACKAGES, '@google-cloud/*'],
  // By this extension the framework knows a module without looking for its package.json, which costs it tens of milliseconds.
  plugins: [builtins],
  outExtension: { '.js': '.mjs' },
  legalComments: 'none',
  // A third less to compile at the start; names stay, for the stacks in the log.
  minifyWhitespace: true,
  minifySyntax: true,
  // Libraries written for CommonJS ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
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
  scripts: { 'gcp-build': 'node compile-cache.mjs || true' },
  dependencies: Object.fromEntries(
    PACKAGES.map((library) => [library, dependencies[library] ?? missing(library)]),
  ),
};
const lock = lockFor(deployed, JSON.parse(readFileSync('package-lock.json', 'utf8')));
writeFileSync('dist/package.json', `${JSON.stringify(deployed, null, 2)}\n`);
writeFileSync('dist/package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);

const { status } = spawnSync(process.execPath, ['dist/compile-cache.mjs'], { stdio: 'inherit' });
if (status !== 0) console.error('dist/ has no complete compile cache: it works, and starts slower.');

function missing(library: string): never {
  throw new Error(`package.json does not name ${library}`);
}

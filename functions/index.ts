// Importing a built-in evaluates all its exports; `getBuiltinModule` does not.
const { existsSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');

// `scripts/compile-cache.ts` writes this folder beside a bundle. Node.js ignores a cache of another version.
const directory = `${import.meta.dirname}/compile-cache`;
if (existsSync(directory)) enableCompileCache({ directory, portable: true });

await import('./register.ts');

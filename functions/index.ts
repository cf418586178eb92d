// Taken, not imported: an `import` shows all that a module of Node.js has, and loads what that needs.
const { existsSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');

// What `scripts/compile-cache.ts` left beside a bundle; the source has none. One of another Node.js is not looked at.
const directory = `${import.meta.dirname}/compile-cache`;
if (existsSync(directory)) enableCompileCache({ directory, portable: true });

await import('./register.ts');

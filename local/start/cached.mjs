// Starts the service with the code that an earlier start compiled. JavaScript, because the first TypeScript file would load
// what strips its types, which takes more time and memory than the service's own modules.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

const directory = join(import.meta.dirname, '../../node_modules/.cache/node-compile-cache');
enableCompileCache(directory);
// For the threads.
process.env.NODE_COMPILE_CACHE ??= directory;
await import('./start.ts');
// Now, since a kill would lose it.
flushCompileCache();

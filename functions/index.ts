import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What `scripts/compile-cache.ts` left beside a bundle; the source has none. One of another Node.js is not looked at.
const directory = join(import.meta.dirname, 'compile-cache');
if (existsSync(directory)) enableCompileCache({ directory, portable: true });

await import('./register.ts');

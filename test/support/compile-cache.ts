import { fileURLToPath } from 'node:url';

/**
 * In the environment of a process that a test starts: what Node compiles is kept for the next one, which starts in half the
 * time. Node writes it when a process ends by itself; one that is killed has to be told before (`flushCompileCache`).
 */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url)),
};

/** By when a process has loaded what it needs. */
const LOADED_AFTER_MS = 2500;

/** A module, for `--import`. */
export const KEEP_COMPILED = `data:text/javascript,${encodeURIComponent(
  `import { flushCompileCache } from 'node:module'; setTimeout(flushCompileCache, ${LOADED_AFTER_MS}).unref();`,
)}`;

/** For vitest, before it starts the workers: each file of tests has one of its own, which compiles the same packages. */
export const setup = (): void => {
  process.env['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE.NODE_COMPILE_CACHE;
};

import { readFileSync } from 'node:fs';

/** The text of a file of the project, so that it stays the one source; `path` is relative to the project's folder. */
export const projectFile = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

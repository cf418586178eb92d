import { readFileSync } from 'node:fs';

/**
 * The text of a list in this folder, by its name without `.txt`. Run from source it is read from the file; the build puts a module in
 * place of this one that carries all lists (`scripts/word-lists.ts`), so that a deployed function reads none.
 */
export const textOf = (name: string): string => readFileSync(new URL(`${name}.txt`, import.meta.url), 'utf8');

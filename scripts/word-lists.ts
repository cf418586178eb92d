import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const FOLDER = join(import.meta.dirname, '../tamil/words');

/** Every list, by its name without `.txt`, without comments and blank lines. */
const readLists = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.txt'))
      .sort()
      .map((file) => [
        file.slice(0, -'.txt'.length),
        withoutComments(readFileSync(join(FOLDER, file), 'utf8')),
      ]),
  );

const withoutComments = (text: string): string =>
  text
    .replace(/#.*$/gm, '')
    .replace(/\s*\n\s*/g, '\n')
    .trim();

/** Puts the word lists of the Tamil engine into the bundle: a module that holds them takes the place of the one that reads their files. */
export const wordLists: Plugin = {
  name: 'word-lists',
  load: {
    filter: { id: /\/tamil\/words\/text\.ts$/ },
    handler: () => ({
      code: `const lists = ${JSON.stringify(readLists())};
export const textOf = (name) => {
  if (!Object.hasOwn(lists, name)) throw new Error(\`there is no word list \${name}\`);
  return lists[name];
};`,
      moduleType: 'js',
    }),
  },
};

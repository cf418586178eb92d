import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
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

/** Lists that a function needs only once it reads Tamil, and that are large: packed, so that starting does not scan them. */
const isPacked = (name: string): boolean => name.startsWith('stems/');

/**
 * Puts the word lists of the Tamil engine into the bundle: a module that holds them takes the place of the one that reads their files.
 * The stems are 370 KB as text, which cost every cold start 2 ms; packed they are 94 KB of ASCII and cost 3 ms where they are first read.
 */
export const wordLists: Plugin = {
  name: 'word-lists',
  load: {
    filter: { id: /\/tamil\/words\/text\.ts$/ },
    handler: () => {
      const lists = Object.entries(readLists());
      const plain = Object.fromEntries(lists.filter(([name]) => !isPacked(name)));
      const packed = Object.fromEntries(
        lists
          .filter(([name]) => isPacked(name))
          .map(([name, text]) => [name, deflateRawSync(text, { level: 9 }).toString('base64')]),
      );
      return {
        code: `import { inflateRawSync } from 'node:zlib';
const plain = ${JSON.stringify(plain)};
const packed = ${JSON.stringify(packed)};
export const textOf = (name) => {
  if (Object.hasOwn(plain, name)) return plain[name];
  if (Object.hasOwn(packed, name)) return inflateRawSync(Buffer.from(packed[name], 'base64')).toString();
  throw new Error(\`there is no word list \${name}\`);
};`,
        moduleType: 'js',
      };
    },
  },
};

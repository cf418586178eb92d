import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { letterCount } from '../tamil/text/letters.ts';

/**
 * Writes `tamil/words/stems/cldr-names.txt`, the Tamil names of countries, languages, scripts and currencies, from CLDR's npm packages:
 *   npm pack cldr-localenames-full@48.0.0 cldr-numbers-full@48.0.0, unpack both, then
 *   node scripts/cldr-names.ts FOLDER-OF-LOCALENAMES FOLDER-OF-NUMBERS
 * The packages are no dependency: a build would unpack 150 MB for one list that changes twice a year.
 */
const [localeNames, numbers] = process.argv.slice(2);
if (localeNames === undefined || numbers === undefined) {
  throw new Error('usage: node scripts/cldr-names.ts FOLDER-OF-LOCALENAMES FOLDER-OF-NUMBERS');
}

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};
const read = (folder: string, file: string, ...path: string[]): string[] => {
  const json: unknown = JSON.parse(readFileSync(join(folder, 'main/ta', file), 'utf8'));
  return stringsIn(path.reduce((value, key) => (value as Record<string, unknown>)[key], json));
};

const names = [
  ...read(localeNames, 'territories.json', 'main', 'ta', 'localeDisplayNames', 'territories'),
  ...read(localeNames, 'languages.json', 'main', 'ta', 'localeDisplayNames', 'languages'),
  ...read(localeNames, 'scripts.json', 'main', 'ta', 'localeDisplayNames', 'scripts'),
  ...read(numbers, 'currencies.json', 'main', 'ta', 'numbers', 'currencies'),
];
/** Shorter ones are the like of other words: what is short and foreign would make misspellings known. */
const isLong = (word: string): boolean => letterCount(word) > 2;
const WORD = /^[அ-ஔ]?[க-ஹா-்ஃ]+$/u;
const words = [
  ...new Set(
    names
      .flatMap((name) => name.normalize('NFC').split(/[\s,()\-–&.’']+/u))
      .filter((word) => WORD.test(word) && isLong(word)),
  ),
].sort();

const HEADER = `# Words of the Tamil names of countries, languages, scripts and currencies. Made by scripts/cldr-names.ts from Unicode CLDR 48.0.0
# (cldr-localenames-full, cldr-numbers-full). Copyright © 1991-2025 Unicode, Inc. Unicode License v3: cldr-names.LICENSE beside this file.

[name place]
`;
writeFileSync(
  join(import.meta.dirname, '../tamil/words/stems/cldr-names.txt'),
  `${HEADER}${words.join('\n')}\n`,
);

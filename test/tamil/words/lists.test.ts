import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSections } from '../../../tamil/words/lists.ts';

const FOLDER = 'tamil/words';
const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length));

/** Lists of pairs, each a misspelling and the right word. */
const PAIRS = names.filter((name) => readFileSync(`${FOLDER}/${name}.txt`, 'utf8').includes(' > '));

describe('every word list', () => {
  it('is found, and told about in the README', () => {
    expect(names.length).toBeGreaterThan(90);
    const told = readFileSync(`${FOLDER}/README.md`, 'utf8');
    for (const folder of new Set(names.map((name) => name.split('/')[0])))
      expect(told, folder).toMatch(new RegExp(`\\b${folder}[/.]`));
  });

  it.each(names)('%s: a comment, entries in NFC without surrounding blanks, none twice', (name) => {
    const text = readFileSync(`${FOLDER}/${name}.txt`, 'utf8');
    expect(text.startsWith('# ')).toBe(true);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.normalize('NFC')).toBe(text);
    expect(text).not.toMatch(/[ \t]$/m);
    for (const [heading, entries] of readSections(name)) {
      // The headings of stems are their classes, which the lexicon checks.
      if (!name.startsWith('stems/')) expect(['', 'before', 'next', 'not next']).toContain(heading);
      expect(entries.filter((entry, at) => entries.indexOf(entry) !== at)).toEqual([]);
      for (const included of entries.filter((entry) => /^!?@/.test(entry)))
        expect(names).toContain(included.replace(/^!?@/, ''));
    }
  });

  it.each(PAIRS)('%s: every entry is a pair whose misspelling is three letters long or more', (name) => {
    for (const entry of readSections(name).get('') ?? [])
      expect(entry).toMatch(/^-?[^\s>]{3,} > [^\s>]+$|^-[^\s>]+ > -[^\s>]+$/);
  });
});

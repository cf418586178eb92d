import { describe, expect, it } from 'vitest';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';

/** Of Tamil, three bytes a unit: a megabyte. */
const UNITS = 350_000;
const fill = (piece: string): string => piece.repeat(Math.ceil(UNITS / piece.length)).slice(0, UNITS);

/** Texts made to catch a pattern that backtracks or a search that starts over. */
const HOSTILE: Readonly<Record<string, string>> = {
  'one word': fill('க'),
  'one word of pulli pairs': fill('க்'),
  'one word of signs': fill('ா'),
  'one word of nasals and stops': fill('ன்ட'),
  'one word with vowels inside': fill('ன்அ'),
  blanks: fill(' '),
  'words and many blanks': fill(`அந்த${' '.repeat(50)}`),
  'opened quotations': fill('“அ '),
  'quotation marks': fill('"'),
  'zero-width characters': fill('\u200c'),
  'words with zero-width characters': fill('ப\u200cள்\u200cளி '),
  'full stops': fill('அ.'),
  'beginnings of a verse': fill('கற்க கசடறக் கற்பவை '),
  'a doubled word': fill('அந்த அந்த '),
  'a pronoun and case-marked words': fill('நான் வீட்டில் '),
  'plurals after ஒவ்வொரு': fill('ஒவ்வொரு கள்கள்கள்கள்கள் '),
  'emoji joined': fill('👩‍'),
  'a word with full stops': fill('அ.ஆ'),
  'slashes and commas': fill(',/'),
  'a path without an end': fill('அ/'),
  'brackets behind an address': `https://x.y/${fill(')')}`,
  'at signs': fill('அ@'),
  underscores: fill('அ_'),
  backslashes: fill('அ\\'),
  'colons and slashes': fill('a://'),
  'grave accents of many lengths': fill(Array.from({ length: 200 }, (_, i) => '`'.repeat(i + 1)).join(' ')),
  'fences never closed': fill('```\n````\n~~~\n'),
  'opening braces': fill('{'),
  'braces that close inwards': `${fill('{').slice(UNITS / 2)}${fill('}').slice(UNITS / 2)}`,
  'beginnings of a tag': fill('<அ ='),
  'one beginning of a tag': `<அ ${fill('=')}`,
  'quotes in a tag': fill('<a "'),
  'quotes of both kinds in a tag': fill(`<a "'<a '"`),
  'elements never closed': fill('<code>'),
  'comments never closed': fill('<!--'),
  'per cent signs': fill('%('),
};

describe('1 MB of hostile text', () => {
  it.each(Object.entries(HOSTILE))('%s is read in bounded time', (_, text) => {
    // Processor time, since other tests run beside this one.
    const before = process.threadCpuUsage();
    findIssues(text);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(4000);
  });
});

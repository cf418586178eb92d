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
};

describe('1 MB of hostile text', () => {
  it.each(Object.entries(HOSTILE))('%s is read in bounded time', (_, text) => {
    const start = performance.now();
    findIssues(text);
    expect(performance.now() - start).toBeLessThan(4000);
  });
});

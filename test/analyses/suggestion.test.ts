import { describe, expect, it } from 'vitest';
import { isCorrection } from '../../shared/analyses/suggestion.ts';

const correction = (text: string, excerpt: string, suggestion: string) => {
  const start = text.indexOf(excerpt);
  return isCorrection(text, { start, end: start + excerpt.length }, suggestion);
};

const LONG = 'அவன் நேற்று மாலை கடைக்குச் சென்று பழங்கள் வாங்கினான். '.repeat(6);

describe('a suggestion is a correction', () => {
  it.each([
    ['mends a word', 'அந்த பையன்', 'அந்த', 'அந்தப்'],
    ['replaces a short text', 'வந்தாங்க', 'வந்தாங்க', 'வந்தார்கள்'],
    ['deletes a second space', 'அவன்  வந்தான்', '  ', ' '],
    ['deletes punctuation', 'அவன்,, வந்தான்', ',,', ','],
    ['deletes white space before a full stop', 'வந்தான் .', ' ', ''],
    ['deletes the second of two words', 'அவன் வந்தான் வந்தான்', ' வந்தான்', ''],
    ['mends one word of a long text, named with the whole of it', LONG, LONG, LONG.replace('நேற்று', 'இன்று')],
    ['replaces an English word', 'அவன் car வாங்கினான்', 'car', 'மகிழுந்து'],
  ])('if it %s', (_, text, excerpt, suggestion) => {
    expect(correction(text, excerpt, suggestion)).toBe(true);
  });

  it.each([
    ['changes nothing', 'அந்தப் பையன்', 'அந்தப்', 'அந்தப்'],
    ['deletes a word that says something', 'அவன் நேற்று வந்தான்', 'நேற்று', ''],
    ['deletes part of a doubled ending', 'வாவா வந்தான்', 'வாவா', ' '],
    ['deletes a word because another ends like it', 'மாமரம் மரம் வளர்ந்தது', ' மரம்', ''],
    ['translates', 'அவன் வந்தான்', 'வந்தான்', 'he came'],
    ['holds half a character', 'அவன் வந்தான்', 'வந்தான்', 'வந்தார்\ud83d'],
    ['rewrites most of a long text', LONG, LONG, 'எல்லாம் வேறு.'],
    ['runs away', 'அவன் வந்தான்', 'வந்தான்', 'வந்தான் '.repeat(40)],
  ])('but not if it %s', (_, text, excerpt, suggestion) => {
    expect(correction(text, excerpt, suggestion)).toBe(false);
  });
});

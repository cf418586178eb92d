import { describe, expect, it } from 'vitest';
import { findPart, findVerses } from '../../../tamil/kural/find-verses.ts';
import { VERSE_COUNT, VERSES } from '../../../tamil/kural/verses.ts';
import { tokenize } from '../../../tamil/text/tokenize.ts';
import { cpuMs } from '../../support/cpu-time.ts';

const find = (text: string) => findVerses(tokenize(text)).map(({ number, distance }) => [number, distance]);

describe('the verses', () => {
  it('are 400 at least, by number, each of them once', () => {
    const numbers = VERSES.map(({ number }) => number);
    expect(numbers.length).toBeGreaterThanOrEqual(400);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.every((number) => number >= 1 && number <= VERSE_COUNT)).toBe(true);
  });

  it('are each found as they stand, joined to one word, and in a sentence', () => {
    for (const { number, text } of VERSES) {
      for (const quoted of [text, text.replaceAll(' ', ''), `வள்ளுவர் “${text}.” என்றார்.`])
        expect(find(quoted), quoted).toEqual([[number, 0]]);
    }
  });
});

describe('a quotation', () => {
  it.each([
    ['கற்க கசடற கற்பவை கற்றபின் நிற்க அதற்குத் தக', 391],
    ['ஒழுக்கம் விழுப்பம் தரலான் ஒழுக்கம் உயிரினும் ஓம்பப்படும்', 131],
    ['தீயினால் சுட்ட புண் உள்ளாறும் ஆறாதே நாவினால் சுட்ட வடு', 129],
    ['தோன்றின் புகழொடு தோன்றுக அஃதிலார் தோன்றலின் தோன்றாமை நன்று', 236],
    ['இனிய உளவாக இன்னாத கூறல் கனி இருப்பக் காய்கவர்ந்தற்று', 100],
  ])('is the verse, however an edition joins two words: %s', (text, number) => {
    expect(find(text)).toEqual([[number, 0]]);
  });

  it('has a distance where a word differs', () => {
    const [[number, distance] = []] = find('அன்பின் வழியது உயிர்நிலை அஃதிலார்க்கு எலும்புதோல் சேர்ந்த உடம்பு');
    expect(number).toBe(80);
    expect(distance).toBeGreaterThan(3);
  });

  it('is not found where a sentence only begins as a verse does', () => {
    expect(find('ஒழுக்கம் உடையவர்களை உலகம் என்றும் போற்றும் என்று பெரியோர் கூறுவர்.')).toEqual([]);
    expect(find('கற்க வேண்டிய நூல்களை முழுவதும் கற்றுத் தேர்ந்து சிறப்படைய வேண்டும்.')).toEqual([]);
  });

  it('may be a part of a verse', () => {
    expect(findPart('நிற்க அதற்குத் தக')?.number).toBe(391);
    expect(findPart('முயற்சி திருவினை ஆக்கும்')?.number).toBe(616);
    expect(findPart('அன்பிற்கும் உண்டோ அடைக்கும் தாழ்')?.number).toBe(71);
    expect(findPart('கூடி வாழ்ந்தால் கோடி நன்மை')).toBeUndefined();
    expect(findPart('அன்பு')).toBeUndefined();
  });

  it('takes time linear in the text, even where every word begins a verse', () => {
    const words = tokenize('ஒழுக்கம் இன்பம் உள்ளத்தால் '.repeat(10_000));
    expect(cpuMs(() => findVerses(words))).toBeLessThan(5000);
  });
});

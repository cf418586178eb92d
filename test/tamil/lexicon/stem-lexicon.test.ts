import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formsOf } from '../../../tamil/lexicon/generate.ts';
import { SUFFIXES } from '../../../tamil/lexicon/grammar.ts';
import { isVowel, soundsOfKnown } from '../../../tamil/lexicon/sounds.ts';
import { createStemLexicon } from '../../../tamil/lexicon/stem-lexicon.ts';
import { readStems, STEM_LISTS } from '../../../tamil/lexicon/stems.ts';
import { readSections } from '../../../tamil/words/lists.ts';
import { nounForms, PRONOUNS, verbForms } from './paradigms.ts';

const lexicon = createStemLexicon();
const words = (text: string): string[] => text.trim().split(/\s+/);

describe('paradigms', () => {
  it.each(nounForms)('$word is a form of the noun $stem', ({ stem, word, case: grammaticalCase, number }) => {
    const readings = lexicon
      .analyse(word)
      .filter((reading) => reading.stem === stem && reading.partOfSpeech === 'noun');
    expect(
      readings.some(
        (reading) =>
          (reading.case === grammaticalCase && reading.number === number) ||
          (reading.case === grammaticalCase && number === undefined),
      ),
    ).toBe(true);
  });

  it.each(Object.entries(PRONOUNS))('%s has its forms', (stem, forms) => {
    for (const form of words(forms)) {
      expect(
        lexicon.analyse(form).map((reading) => reading.stem),
        form,
      ).toContain(stem);
    }
  });

  it.each(verbForms)('$word is the $form of $stem', ({ stem, word }) => {
    expect(
      lexicon
        .analyse(word)
        .filter((reading) => reading.partOfSpeech === 'verb')
        .map((reading) => reading.stem),
    ).toContain(stem);
  });

  it('tells tense, person, number and gender of a finite verb', () => {
    expect(lexicon.analyse('வந்தாள்')).toContainEqual(
      expect.objectContaining({ stem: 'வா', person: 3, number: 'singular', gender: 'feminine' }),
    );
    expect(lexicon.analyse('வருகிறார்கள்')).toContainEqual(
      expect.objectContaining({ stem: 'வா', tense: 'present', person: 3, number: 'plural' }),
    );
    expect(lexicon.analyse('செய்கின்றன')).toContainEqual(
      expect.objectContaining({ stem: 'செய்', tense: 'present', gender: 'neuter', number: 'plural' }),
    );
    expect(lexicon.analyse('மாணவர்கள்')).toContainEqual(
      expect.objectContaining({ stem: 'மாணவன்', human: true, number: 'plural' }),
    );
  });
});

describe('joined words and particles', () => {
  it.each(
    words(`
      வந்துவிட்டான் அவர்கள்தான் எழுதிக்கொண்டிருந்தேன் படித்துக்கொண்டு வந்துகொண்டிருக்கிறார்கள் செய்யவில்லை செய்யலாம் செய்யக்கூடாது
      கொல்லப்பட்டார் எழுதப்பட்டுள்ளது நடைபெற்றது வந்திருக்கிறார் எழுதியிருந்தார் வந்தாலும் வந்ததும் வந்தவுடன் வரும்போது வந்தபோது
      செய்வதற்காக செய்ததில்லை படிப்பதும் மரத்திலும் வீட்டிலேயே அவனும் அவனா அவனோ மரமாக மரமான மரமில்லாத மரத்தைப்போல அவரைப்பற்றி
      வீட்டிற்குள் நாட்டுக்காக நாட்டுக்கான இந்தியாவிலுள்ள சொன்னவர்களுக்கு நல்லவர்கள் பெரியது அழகானவை முதலாவது இரண்டாம்
      கல்வித்துறை மருத்துவக்கல்லூரி இப்பகுதியில் எவ்வகை அந்நாட்டின் வேண்டுமென்று வந்தாரென்று உருவாகியுள்ளது தயாராகிறார்
      எம்எல்ஏக்கள் போலீசார் போலீஸாரின் பேருந்தில் நாட்களில் பொருட்களை
    `),
  )('%s is known', (word) => {
    expect(lexicon.isKnownForm(word)).toBe(true);
  });

  it.each(words('அந்தக் வந்துச் வீட்டுக்குச் மரத்தைப் செய்யத் எனத் கைக் நாய்க்'))(
    '%s is known before another word only',
    (word) => {
      expect(lexicon.isKnownForm(word)).toBe(false);
      expect(lexicon.isKnownInSentence(word)).toBe(true);
    },
  );

  it('names the letter that sandhi added', () => {
    expect(lexicon.analyse('வீட்டுக்குச்')).toContainEqual(
      expect.objectContaining({ stem: 'வீடு', case: 'dative', sandhi: 'ச்' }),
    );
  });
});

describe('misspellings', () => {
  it.each(
    words(`
      பயனம் வாகணங்கள் பெறிதும் உடளை விமர்சணம் மாணவர்கல் தமிழர்கலின் கன்னாடி சிறுவண் பள்லி எழுதினார்கல் வறுகிறார் முயர்ச்சி வேன்டும்
      அதற்க்கு கல்லுாரி நுால் பயன்என்று எழுதிகொண்டு படித்துகொண்டு மரதில் வீடில் பந்துவை மலைவை நாய்யை மாணவன்கள் கல்கள்லை பெண்னை
      சொல்ளி நடந்தாண் செய்தாழ் அவர்கலுக்கு தண்னீர் அரசாங்க்கம் பளளி மழைலை இறந்துவிட்டாண் வாழ்கை விலையாட்டு குழந்தைகல் ஆசிறியர்
      தலமை பொருலாதாரம் சமுகம் மருத்துவமணை வெற்ற்றி முண்னேற்றம் கவணம் தேசிஅம் அரசி்ன
    `),
  )('%s stays unknown', (word) => {
    expect(lexicon.isKnownInSentence(word)).toBe(false);
    expect(lexicon.analyse(word)).toEqual([]);
  });
});

describe('the lists of stems', () => {
  it('are all read', () => {
    const files = readdirSync(join(import.meta.dirname, '../../../tamil/words/stems'))
      .filter((file) => file.endsWith('.txt') && file !== 'joined.txt')
      .map((file) => file.replace('.txt', ''));
    expect([...STEM_LISTS].sort()).toEqual(files.sort());
  });

  it('are sorted and name no stem twice', () => {
    for (const list of STEM_LISTS) {
      for (const [heading, lines] of readSections(`stems/${list}`)) {
        expect(lines, `${list} [${heading}]`).toEqual([...new Set(lines)].sort());
      }
    }
  });

  it('begin no ending with a vowel behind a vowel', () => {
    const beginsWithVowel = (state: string): boolean =>
      (SUFFIXES[state] ?? []).some(([ending, next]) =>
        ending === '' ? beginsWithVowel(next) : isVowel(soundsOfKnown(ending)[0]),
      );
    const meet = [...readStems()].flatMap(({ stem, bases }) =>
      bases
        .filter(([sounds, state]) => isVowel(sounds.at(-1)) && beginsWithVowel(state))
        .map(() => stem.stem),
    );
    expect(meet).toEqual([]);
  });

  it('give every noun the ending of its class', () => {
    const endings: Readonly<Record<string, RegExp>> = {
      m: /ம்$/u,
      tu: /[டற]ு$/u,
      u: /ு$/u,
      i: /[ிீைேஇஐஈ]$/u,
      c: /்$/u,
      an: /ன்$/u,
    };
    const nouns = [...readStems()].filter(({ stem }) => stem.partOfSpeech === 'noun');
    const strange = nouns.filter(({ stem }) => endings[stem.class]?.test(stem.stem) === false);
    expect(strange.map(({ stem }) => `${stem.class}: ${stem.stem}`)).toEqual([]);
  });

  it('hold every stem that may stand behind another word', () => {
    const known = new Set([...readStems()].map(({ stem }) => stem.stem));
    for (const [, stems] of readSections('stems/joined')) {
      expect(stems.filter((stem) => !known.has(stem))).toEqual([]);
    }
  });
});

it('knows every form that it makes, by its stem', () => {
  let at = 0;
  const unknown: string[] = [];
  for (const entry of readStems()) {
    if (at++ % 97 !== 0) continue;
    for (const { word } of formsOf(entry))
      if (!lexicon.isKnownForm(word)) unknown.push(`${entry.stem.stem}: ${word}`);
  }
  expect(unknown).toEqual([]);
});

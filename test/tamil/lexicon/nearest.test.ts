import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCompound } from '../../../tamil/lexicon/compound.ts';
import { findNearest } from '../../../tamil/lexicon/nearest.ts';
import { stemLexicon } from '../../../tamil/lexicon/stem-lexicon.ts';

const lexicon = stemLexicon();

describe('findNearest', () => {
  it.each([
    ['வாகணங்கள்', 'வாகனங்கள்', 'letter'],
    ['பெறிதும்', 'பெரிதும்', 'letter'],
    ['உடளை', 'உடலை', 'letter'],
    ['விமர்சணம்', 'விமர்சனம்', 'letter'],
    ['கன்னாடி', 'கண்ணாடி', 'letter'],
    ['முயர்ச்சி', 'முயற்சி', 'letter'],
    ['வேன்டும்', 'வேண்டும்', 'letter'],
    ['மாணவர்கலின்', 'மாணவர்களின்', 'letter'],
    ['எழுதினார்கல்', 'எழுதினார்கள்', 'letter'],
    ['வெற்ற்றி', 'வெற்றி', 'doubling'],
    ['சமுகம்', 'சமூகம்', 'length'],
    ['மெதுவாகா', 'மெதுவாக', 'length'],
    ['கல்லுாரி', 'கல்லூரி', 'vowel'],
    ['நுால்', 'நூல்', 'vowel'],
  ])('%s: %s, by %s', (wrong, right, edit) => {
    expect(findNearest(lexicon, wrong)).toContainEqual({ word: right, edit });
  });

  it('tries a lost letter or another sign only when told to', () => {
    expect(findNearest(lexicon, 'அதகமாக')).toEqual([]);
    expect(findNearest(lexicon, 'அதகமாக', ['vowel'])).toEqual([{ word: 'அதிகமாக', edit: 'vowel' }]);
    expect(findNearest(lexicon, 'இயந்தித்தின்')).toEqual([]);
    expect(findNearest(lexicon, 'இயந்தித்தின்', ['lost']).map(({ word }) => word)).toContain('இயந்திரத்தின்');
  });

  it('names every known word that is as near as another', () => {
    expect(findNearest(lexicon, 'பள்லி').map(({ word }) => word)).toEqual(['பல்லி', 'பள்ளி']);
  });

  it('offers nothing for a known word, for no word and for what is too long', () => {
    expect(findNearest(lexicon, 'மனம்')).toEqual([]);
    expect(findNearest(lexicon, '')).toEqual([]);
    expect(findNearest(lexicon, 'abc')).toEqual([]);
    expect(findNearest(lexicon, 'கண'.repeat(5000))).toEqual([]);
  });

  it('offers known forms only, for any word', () => {
    const letter = fc.constantFrom(...'கசடதபறலளழணனநரமயவாிீுூெேைொோ்அஇஉ');
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 24 }), (letters) => {
        for (const { word } of findNearest(lexicon, letters.join(''), [
          'letter',
          'length',
          'doubling',
          'pulli',
          'vowel',
          'lost',
        ])) {
          expect(lexicon.isKnownForm(word)).toBe(true);
        }
      }),
    );
  });

  it('finds the word of which one letter was taken for its like', () => {
    const pairs: Readonly<Record<string, string>> = { ண: 'ன', ன: 'ண', ல: 'ள', ள: 'ல', ர: 'ற' };
    for (const word of 'பள்ளிக்கூடத்தில் விளையாடினார்கள் காரணமாக அணிந்திருந்தான் தலைவர்களின் பொருளாதாரம் வாழ்க்கையில்'.split(' ')) {
      for (let at = 1; at < word.length; at++) {
        const other = pairs[word[at] ?? ''];
        if (other === undefined || word[at + 1] === '்') continue;
        const wrong = word.slice(0, at) + other + word.slice(at + 1);
        if (lexicon.isKnownForm(wrong) || word[at - 1] === '்') continue;
        expect(
          findNearest(lexicon, wrong).map((near) => near.word),
          wrong,
        ).toContain(word);
      }
    }
  });
});

describe('isCompound', () => {
  it.each(['நூறாண்டு', 'மலைச்சரிவுகளில்', 'சோறிட்டான்', 'மரக்கிளையில்', 'தொங்கவிட்டார்கள்', 'மலைக்காற்று'])(
    '%s is two known words',
    (word) => {
      expect(isCompound(lexicon, word)).toBe(true);
    },
  );

  it.each(['இறுதிபோட்டி', 'கலாச்சரம்', 'விடுதளை', 'கறுத்தரங்கம்', 'மாணவர்கல்', ''])('%s is not', (word) => {
    expect(isCompound(lexicon, word)).toBe(false);
  });
});

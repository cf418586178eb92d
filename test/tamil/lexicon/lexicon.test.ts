import { describe, expect, it } from 'vitest';
import { stemsOf } from '../../../tamil/lexicon/inflection.ts';
import { LEXICON } from '../../../tamil/lexicon/rules-lexicon.ts';

describe('the lexicon', () => {
  it.each(
    'விமர்சனம் விமர்சனத்தை விமர்சனங்களில் துணை துணையாக மட்டும் கல்லூரி கல்லூரியில் குறைவு குறைவாக குறைவில்'.split(' '),
  )('knows %s', (word) => {
    expect(LEXICON.isKnownForm(word)).toBe(true);
  });

  it.each('விமர்சணம் துனை கல்லூர் குறைவல்லை க'.split(' '))('does not know %s', (word) => {
    expect(LEXICON.isKnownForm(word)).toBe(false);
  });

  it('knows a name as it stands, and no word for one', () => {
    expect(['கார்த்திக்', 'ரீமேக்', 'பாட்டு'].map(LEXICON.isName)).toEqual([true, true, false]);
  });
});

describe('what the forms of a word begin with', () => {
  const isForm = (word: string, form: string): boolean =>
    stemsOf(word).some(
      ({ beginning, follows }) => form.startsWith(beginning) && follows.test(form.slice(beginning.length)),
    );

  it.each([
    ['மரம்', 'மரத்தில் மரங்கள் மரமும் மரமாக'],
    ['மின்னல்', 'மின்னலை மின்னலில் மின்னலுக்கு மின்னல்'],
    ['அழகு', 'அழகாக அழகை அழகு அழகுக்கு'],
    ['பேரணி', 'பேரணியில் பேரணிக்கு'],
  ])('%s: %s', (word, forms) => {
    for (const form of forms.split(' ')) expect(isForm(word, form), form).toBe(true);
  });

  it.each([
    ['மரம்', 'மரணம்'],
    ['மின்னல்', 'மின்னழுத்தம்'],
    ['அழகு', 'அழகில்லை'],
    ['பேரணி', 'பேரணிடம்'],
    ['சாப்ட', 'சாப்ட்வேர்'],
  ])('%s: not %s', (word, other) => {
    expect(isForm(word, other)).toBe(false);
  });
});

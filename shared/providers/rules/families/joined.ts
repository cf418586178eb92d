import { wordList } from '../ending.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { classOf, letterCount, PULLI_SIGN, VOWEL } from '../letters.ts';
import type { Word } from '../tokenize.ts';

const JOINED: RuleFacts = {
  id: 'spacing/joined',
  type: 'spelling',
  severity: 'medium',
  certain: false,
  reason: 'சொல்லின் இடையில் உயிரெழுத்து தனித்து வராது; இரண்டு சொற்கள் இடைவெளியின்றி ஒட்டியுள்ளன',
  source: 'நன்னூல் 60, 102',
};

export const JOINED_FACTS: readonly RuleFacts[] = [JOINED];

/** Words that are run on by mistake. Abbreviations read letter by letter (எம்எல்ஏ) and drawn-out vowels (படாஅ) are none of these. */
const RUN_ON = new Set(
  wordList(`
    என்று என்ற என்பது என்பதை என்னும் எனவே ஆனால் ஆகவே ஆகும் ஆகிய இல்லை இல்லாத இருந்து இருந்தது இருக்கிறது உள்ள உள்ளது உள்ளன
    அல்லது எல்லாம் அந்த இந்த அவர் அவன் அவள் அவர்கள் அது இது ஒரு உடனே இன்று
  `),
);

/** Two words written as one, told by a vowel letter behind a consonant: பயன்என்று. */
export const joinedChange = (word: Word): Change | undefined => {
  if (word.attached) return undefined;
  for (let at = word.form.indexOf(PULLI_SIGN); at > 0; at = word.form.indexOf(PULLI_SIGN, at + 1)) {
    if (classOf(word.form.charCodeAt(at + 1)) !== VOWEL) continue;
    const first = word.form.slice(0, at + 1);
    const second = word.form.slice(at + 1);
    return letterCount(first) > 2 && RUN_ON.has(second)
      ? { rule: JOINED, to: `${first} ${second}` }
      : undefined;
  }
  return undefined;
};

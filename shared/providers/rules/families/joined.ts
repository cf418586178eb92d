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
  source: 'நன்னூல், எழுத்தியல்: முதனிலை',
};

export const JOINED_FACTS: readonly RuleFacts[] = [JOINED];

/** Words that are run on by mistake. Abbreviations read letter by letter (எம்எல்ஏ) and drawn-out vowels (படாஅ) are none of these. */
const RUN_ON = new Set(
  wordList(`
    என்று என்ற என்பது என்பதை என்னும் எனவே ஆனால் ஆகவே ஆகும் ஆகிய இல்லை இல்லாத இருந்து இருந்தது இருக்கிறது உள்ள உள்ளது உள்ளன
    அல்லது எல்லாம் அந்த இந்த அவர் அவன் அவள் அவர்கள் அது இது ஒரு உடனே இன்று என்றார் என்றான் என்றாள் என்றனர் என்றேன் என்றும் என
    என்ன எப்படி எங்கே ஒன்று இருக்கும் இருந்தார் இருந்தான் இருந்தாள் இருக்கிறார் இருக்கிறான் இருக்கின்றன உடைய உண்டு
  `),
);

/** Names of Latin letters and initials, which a name may follow at once. */
const INITIALS = new Set(wordList('எம் எல் எஸ் என் ஆர் எப் எஃப் எக்ஸ் எச் ஹெச் ஐஎம் பிஎஸ் கேஎஸ் டிஎம்'));

/** A long word behind a pulli may be any word; behind a vowel only the ones listed, for loans may hold a vowel there. */
const isRunOn = (first: string, second: string): boolean => {
  if (INITIALS.has(first)) return false;
  const letters = letterCount(first);
  if (RUN_ON.has(second)) return letters > 2 || (letters === 2 && first.endsWith(PULLI_SIGN));
  return first.endsWith(PULLI_SIGN) && letters > 2 && letterCount(second) > 2 && !hasVowelInside(second);
};

const hasVowelInside = (word: string): boolean => {
  for (let at = 1; at < word.length; at++) if (classOf(word.charCodeAt(at)) === VOWEL) return true;
  return false;
};

/** Two words written as one, told by a vowel letter inside: பயன்என்று, வரவில்லைஎன்றார். */
export const joinedChange = (word: Word): Change | undefined => {
  if (word.attached) return undefined;
  for (let at = 2; at < word.form.length; at++) {
    if (classOf(word.form.charCodeAt(at)) !== VOWEL) continue;
    const first = word.form.slice(0, at);
    const second = word.form.slice(at);
    return isRunOn(first, second) ? { rule: JOINED, to: `${first} ${second}` } : undefined;
  }
  return undefined;
};

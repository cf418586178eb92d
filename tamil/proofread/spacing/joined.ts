import { LEXICON } from '../../lexicon/rules-lexicon.ts';
import { classOf, letterCount, PULLI_SIGN, VOWEL } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { looksForeign } from '../loan.ts';

const JOINED: RuleFacts = {
  id: 'spacing/joined',
  type: 'spelling',
  severity: 'medium',
  certain: false,
  reason: 'சொல்லின் இடையில் உயிரெழுத்து தனித்து வராது; இரண்டு சொற்கள் இடைவெளியின்றி ஒட்டியுள்ளன',
  source: 'நன்னூல், எழுத்தியல்: முதனிலை',
};

export const JOINED_FACTS: readonly RuleFacts[] = [JOINED];

const RUN_ON = new Set(readWords('spacing/run-on'));

const INITIALS = new Set(readWords('spacing/initials'));

/** A long word behind a pulli may be any word; behind a vowel only the ones listed, for loans may hold a vowel there. */
const isRunOn = (first: string, second: string): boolean => {
  if (INITIALS.has(first) || looksForeign(first)) return false;
  const letters = letterCount(first);
  if (RUN_ON.has(second)) return letters > 2 || (letters === 2 && first.endsWith(PULLI_SIGN));
  return first.endsWith(PULLI_SIGN) && letters > 2 && LEXICON.isKnownForm(second);
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

/** Nouns without their -ம் that are words, or begin words, of another kind: கால and காலை, கூட (even), பாட (to sing). */
const OWN_WORDS = new Map([
  ...['கூட', 'பாட', 'பட', 'தந்த', 'பந்த', 'கட்ட', 'கூட்ட'].map((stem) => [stem, false] as const),
  ...['கால', 'பழ', 'கோல'].map((stem) => [stem, true] as const),
]);
const NOUN_IN_M = /^(?:ம்|த்த|த்தி|த்து|ங்க|மு|மே|மான)/u;
const VERB_OR_ADVERB =
  /(?:ந்தது|த்தது|ட்டது|ற்றது|ியது|ானது|கிறது|கின்றது|ந்தன|த்தன|ின|ந்து|த்து|ட்டு|த்த|ந்த|ாக|ாய்|ாகவே|ாகச்|ாகத்|ாகப்|ாகக்|ற்றும்|ல்லி|ல்ல|ன்ன)$/u;

/** Whether a word is a form of a compound's second noun, given by its beginning, and no verb that begins the same (மலை தொடர்ந்தது). */
export const isNounForm = (beginning: string, following: string): boolean => {
  if (!following.startsWith(beginning)) return false;
  const rest = following.slice(beginning.length);
  const alone = OWN_WORDS.get(beginning);
  if (alone !== undefined) return (rest === '' ? alone : NOUN_IN_M.test(rest)) && !VERB_OR_ADVERB.test(rest);
  return rest === '' || !VERB_OR_ADVERB.test(following);
};

/** First nouns that may as well be who does it, when an object or a receiver follows: அரசு பள்ளிகளை மூடியது. */
export const mayBeSubject = (first: string, following: string): boolean =>
  (first === 'அரசு' && /(?:ை|க்கு)(?:[கசதப]்)?$/u.test(following)) ||
  (following === 'குட்டி' && first !== 'கை') ||
  (first === 'அரசு' && (following === 'தேர்வு' || following.startsWith('பணிந்')));

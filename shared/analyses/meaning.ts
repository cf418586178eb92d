/**
 * Whether `suggestion` in place of `excerpt` changes a figure, a name or a negation, so that nobody should accept it unread.
 * It looks only at written signs of these, and says yes in doubt.
 */
export const changesMeaning = (excerpt: string, suggestion: string): boolean =>
  [figures, names, negations].some((signs) => !sameSigns(signs(excerpt), signs(suggestion)));

const sameSigns = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.toSorted().join('\n') === b.toSorted().join('\n');

/** Figures in European or Tamil digits (U+0BE6 to U+0BEF), separators left out: 1,000 is 1000. */
function figures(words: string): string[] {
  const european = words.replace(/[௦-௯]/g, (digit) => String(digit.charCodeAt(0) - 0x0be6));
  return (european.match(/\d[\d.,]*/g) ?? []).map((figure) =>
    figure.replace(/,(?=\d{2,3}(?:\D|$))|[.,]+$/g, ''),
  );
}

/** Words that announce a name, initials before a name, and Latin words with a capital letter. */
const NAMES =
  /(?<=(?:^|\s)(?:திரு|திருமதி|செல்வி|டாக்டர்|முனைவர்|கவிஞர்|பேராசிரியர்|மகாகவி|அறிஞர்|மன்னர்|அரசர்|புலவர்)\.?\s+)[\p{L}\p{M}]+|(?:[\p{L}]\p{M}*\.\s?)+[\p{L}\p{M}]{3,}|\b[A-Z][\p{L}\p{M}]+/gu;
/** Stems of well-known names. Tamil has no capital letters that would mark a name. */
const KNOWN_NAMES =
  /வள்ளுவ|கம்ப[னர]|பாரதி|இளங்கோ|ஔவை|கபில|காந்தி|நேரு|அம்பேத்கர்|பெரியார்|காமராச|காமராஜ|அண்ணா|கலாம்|தமிழ்நா|இந்திய|இலங்கை|சென்னை|மதுரை|தஞ்சை|சோழ|பாண்டிய|பல்லவ/gu;

/** Compares the first letters of a name, because its case ending may change. */
const names = (words: string): string[] => [
  ...(words.match(NAMES) ?? []).map((name) => name.normalize('NFC').replace(/\s/g, '').slice(0, 6)),
  ...(words.match(KNOWN_NAMES) ?? []),
];

/** Negative words and the endings of negative verb forms: -ாது, -ாமல், -ாத; and the English ones. */
const NEGATIONS =
  /(?:இ|ி)ல்லை|(?:இ|ி)ல்லா|அல்ல|வேண்டாம்|மாட்ட|ாது(?=\P{M}|$)|ாமல்|ாத(?=\P{M}|$)|ாமை|\b(?:not|no|never|without)\b|n't\b/giu;

/** Counts negations: முடியாது instead of முடியவில்லை is no reversal. */
const negations = (words: string): string[] => (words.match(NEGATIONS) ?? []).map(() => 'no');

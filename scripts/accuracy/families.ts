import type { Case } from './cases.ts';

/**
 * The families that cases are counted by, and how far the rule behind each can be trusted in edited prose: *high* where nearly
 * every editor follows it, *good* and *medium* where they part, *lexicon* where only a list of words can tell, *none* where nothing
 * may be flagged.
 */
export const FAMILIES: Readonly<Record<string, 'high' | 'good' | 'medium' | 'lexicon' | 'none'>> = {
  demonstrative: 'high',
  manner: 'high',
  particle: 'high',
  'adverb-aaka': 'high',
  'adverb-aay': 'medium',
  dative: 'high',
  accusative: 'high',
  'accusative-other': 'good',
  'hard-u': 'good',
  infinitive: 'medium',
  qualifier: 'good',
  compound: 'lexicon',
  'never-double': 'high',
  'soft-participle': 'high',
  'negative-participle': 'high',
  'relative-participle': 'medium',
  mismatch: 'high',
  article: 'high',
  phonotactics: 'high',
  'phonotactics-other': 'good',
  unicode: 'high',
  mayangoli: 'lexicon',
  letter: 'lexicon',
  colloquial: 'lexicon',
  agreement: 'medium',
  quotation: 'none',
  name: 'none',
  prose: 'none',
};

const HARD = 'கசதப';
const DOUBLED = /([கசதப])்$/;

/** Word before the hard consonant, without the letter in question, to its family. The first that fits. */
const DOUBLING: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['demonstrative', /^[அஇஎ]ந்த$/],
  ['manner', /^[அஇஎ]ப்படி$/],
  ['particle', /^(மிக|என|போல|கூட|விட|எல்லா|அனைத்து)$|(போல|கூட|விட)$/],
  ['adverb-aaka', /ாக$/],
  ['adverb-aay', /ாய்$|^போய்$/],
  ['qualifier', /^(புது|பொது|முழு|அரை|பாதி|தனி|இனி|வடக்கு|தெற்கு|கிழக்கு|மேற்கு)$|பற்றி$/],
  ['dative', /(க்கு|ற்கு)$/],
  ['accusative', /(த்தை|களை)$/],
  ['accusative-other', /ை$/],
  ['hard-u', /(த்து|ட்டு|ற்று)$/],
  ['infinitive', /[ிக-ஹ]$/],
];

const NEVER: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['soft-participle', /(ந்து|ண்டு|ய்து)$|..ன்று$/],
  ['negative-participle', /ாத$/],
  ['relative-participle', /(த்த|ந்த|ிய|ட்ட|ற்ற|ின்ற|ான|ன்ன)$/],
];

/**
 * The family of a case that names none, read off its expected correction alone, never off what the engine says: the first word
 * that differs from the text. Undefined where the difference tells no family.
 */
const derived = ({ text, start = 0, end = text.length, corrections = [] }: Case): string | undefined => {
  const [correction] = corrections;
  const was = text.slice(start, end);
  if (correction === undefined) return undefined;
  if (was.normalize('NFC') === correction.normalize('NFC')) return 'unicode';
  const right = correction.split(/\s+/);
  const wrong = was.split(/\s+/);
  const at = right.findIndex((word, index) => word !== wrong[index]);
  const [left, fixed] = [wrong[at], right[at]];
  if (left === undefined || fixed === undefined) return undefined;
  if (/^(ஒரு|ஓர்)$/.test(left) && /^(ஒரு|ஓர்)$/.test(fixed)) return 'article';
  const bare = left.replace(DOUBLED, '');
  if (fixed.replace(DOUBLED, '') === bare && fixed !== left) {
    if (DOUBLED.test(left) && DOUBLED.test(fixed)) return 'mismatch';
    const list = DOUBLED.test(fixed) ? DOUBLING : NEVER;
    const family = list.find(([, pattern]) => pattern.test(bare))?.[0];
    if (family !== undefined) return family;
    const next = wrong[at + 1] ?? text.slice(end).trimStart();
    if (DOUBLED.test(left)) return HARD.includes(next.charAt(0)) ? 'never-double' : 'mismatch';
    return 'compound';
  }
  return /[டற]்[கசதப]்|ன்ட|ந்[டற]|ண்ற|^[ணழளறன]/.test(left) ? 'phonotactics' : undefined;
};

/** The family a case is counted under: its own; for a mistake the one that its correction shows; or the one its category names. */
export const familyOf = (item: Case): string | undefined =>
  item.family ??
  (item.kind === 'incorrect' ? derived(item) : undefined) ??
  (item.category in FAMILIES ? item.category : undefined);

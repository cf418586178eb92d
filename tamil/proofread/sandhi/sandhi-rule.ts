import { readSections } from '../../words/lists.ts';
import type { RuleFacts } from '../finding.ts';
import { patternOf, type WordPattern } from '../word-pattern.ts';

/** After which words க ச த ப double, or never do. `next` narrows the rule to what follows. */
export interface SandhiRule extends RuleFacts {
  readonly word: WordPattern;
  /** Instead of `word` and `next`: words, each with the beginnings of what must follow it. */
  readonly pairs?: ReadonlyMap<string, readonly string[]>;
  /** The word before must match this. */
  readonly before?: WordPattern;
  /** The following word must match this. */
  readonly next?: WordPattern;
  /** Says nothing about a word by itself, only together with `next`. */
  readonly contextual?: true;
  /** No other word of the language ends like one of its endings. */
  readonly sureEndings?: true;
  /** The following word must not match this. */
  readonly notNext?: WordPattern;
}

type Confidence = 'certain' | 'high' | 'medium';

/** What all sandhi rules share: in ordinary prose they are matters of grammar, and none is a spelling mistake. */
export const sandhiFacts = (
  id: string,
  confidence: Confidence,
  said: Pick<RuleFacts, 'reason' | 'source'>,
): RuleFacts => ({
  id: `sandhi/${id}`,
  type: 'grammar',
  severity: confidence === 'medium' ? 'low' : 'medium',
  certain: confidence === 'certain',
  ...said,
});

/** `first: next next` as a word and the beginnings of what may follow it. */
const pairOf = (entry: string): readonly [string, readonly string[]] => {
  const [first = '', rest = ''] = entry.split(': ');
  return [first, rest.split(' ')];
};

/** A rule whose words are the list of its name in `words/sandhi/`, and any given beside it. */
export const sandhi = (
  id: string,
  confidence: Confidence,
  {
    reason,
    source,
    contextual,
    bareEnding,
    sureEndings,
    words = [],
  }: Pick<RuleFacts, 'reason' | 'source'> &
    Pick<SandhiRule, 'contextual' | 'sureEndings'> &
    Pick<WordPattern, 'bareEnding' | 'words'>,
): SandhiRule => {
  const sections = readSections(`sandhi/${id}`);
  const entries = sections.get('') ?? [];
  const paired = entries.some((entry) => entry.includes(': '));
  const listed = patternOf(paired ? [] : entries);
  const before = sections.get('before');
  const next = sections.get('next');
  const notNext = sections.get('not next');
  return {
    ...sandhiFacts(id, confidence, { reason, source }),
    word: {
      ...listed,
      words: [...(listed.words ?? []), ...words],
      ...(bareEnding && { bareEnding }),
    },
    ...(paired && { pairs: new Map(entries.map(pairOf)) }),
    ...(before && { before: patternOf(before) }),
    ...(next && { next: patternOf(next) }),
    ...(notNext && { notNext: patternOf(notNext) }),
    ...(contextual && { contextual }),
    ...(sureEndings && { sureEndings }),
  };
};

export const NANNOOL_165 = 'நன்னூல் 165';
export const NANNOOL_167 = 'நன்னூல் 167';
export const NANNOOL_VOWELS = 'நன்னூல், உயிரீற்றுப் புணரியல்';
export const NANNOOL_SHORT_U = 'நன்னூல், உயிரீற்றுப் புணரியல்: குற்றியலுகரம்';
export const DOUBLING_CHAPTER = 'தமிழ்நாட்டுப் பாடநூல், ஒன்பதாம் வகுப்பு: வல்லினம் மிகும் இடங்கள்';
export const NOT_DOUBLING_CHAPTER = 'தமிழ்நாட்டுப் பாடநூல், ஒன்பதாம் வகுப்பு: வல்லினம் மிகா இடங்கள்';

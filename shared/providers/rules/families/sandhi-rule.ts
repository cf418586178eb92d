import type { WordPattern } from '../ending.ts';
import type { RuleFacts } from '../finding.ts';

/** After which words க ச த ப double, or never do. `next` narrows the rule to what follows. */
export interface SandhiRule extends RuleFacts {
  readonly word: WordPattern;
  /** Instead of `word` and `next`: words, each with the beginnings of what must follow it. */
  readonly pairs?: ReadonlyMap<string, readonly string[]>;
  /** The following word must match this. */
  readonly next?: WordPattern;
  /** Says nothing about a word by itself, only together with `next`. */
  readonly contextual?: true;
  /** The following word must not match this. */
  readonly notNext?: WordPattern;
}

/** What all sandhi rules share: in ordinary prose they are matters of grammar, and none is a spelling mistake. */
export const sandhi = (
  id: string,
  confidence: 'certain' | 'high' | 'medium',
  rest: Pick<SandhiRule, 'reason' | 'source' | 'word' | 'pairs' | 'next' | 'notNext' | 'contextual'>,
): SandhiRule => ({
  id: `sandhi/${id}`,
  type: 'grammar',
  severity: confidence === 'medium' ? 'low' : 'medium',
  certain: confidence === 'certain',
  ...rest,
});

export const NANNOOL_165 = 'நன்னூல் 165';
export const NANNOOL_167 = 'நன்னூல் 167';
export const NANNOOL_VOWELS = 'நன்னூல், உயிரீற்றுப் புணரியல்';
export const NANNOOL_SHORT_U = 'நன்னூல், உயிரீற்றுப் புணரியல்: குற்றியலுகரம்';
export const DOUBLING_CHAPTER = 'தமிழ்நாட்டுப் பாடநூல், ஒன்பதாம் வகுப்பு: வல்லினம் மிகும் இடங்கள்';
export const NOT_DOUBLING_CHAPTER = 'தமிழ்நாட்டுப் பாடநூல், ஒன்பதாம் வகுப்பு: வல்லினம் மிகா இடங்கள்';

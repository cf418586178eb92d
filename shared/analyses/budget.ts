/**
 * UTF-16 code units of words in a result, whoever found it. An honest answer to the longest text has a tenth. With it a
 * result fits a record (`MAX_RECORD_BYTES`) once that is packed, even where nothing in it repeats.
 */
export const MAX_WORDS = 200_000;
/** UTF-16 code units that the places of a critique quote: each may be as long as the essay. */
export const MAX_QUOTED = 400_000;

/** Spends words from a budget. */
export interface WordBudget {
  /** Whether all these words are within the budget, which then has them. What it has costs nothing a second time. */
  take(...words: readonly string[]): boolean;
}

export function wordBudget(max = MAX_WORDS): WordBudget {
  const known = new Set<string>();
  let left = max;
  return {
    take(...words) {
      const added = new Set(words.filter((each) => !known.has(each)));
      const cost = added.values().reduce((sum, { length }) => sum + length, 0);
      if (cost > left) return false;
      left -= cost;
      for (const each of added) known.add(each);
      return true;
    },
  };
}

/** Whether so many more units may be quoted. */
export function quoteBudget(max = MAX_QUOTED): (units: number) => boolean {
  let left = max;
  return (units) => {
    if (units > left) return false;
    left -= units;
    return true;
  };
}

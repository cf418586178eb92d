import type { Mark } from '../editor/marks.ts';
import type { Issue } from './marks-of.ts';

export interface Found {
  readonly issue: Issue;
  readonly mark: Mark;
}

const placeOf = ({ from, to, suggestion }: Mark): string => `${from} ${to} ${suggestion}`;

/**
 * What another check of a text changes. What was decided about stays, and what was ignored does not come back; what was found
 * before keeps its key, and with it its card.
 */
export function merge(
  before: readonly Mark[],
  issues: ReadonlyMap<string, Issue>,
  found: readonly Found[],
  text: string,
): { readonly marks: readonly Mark[]; readonly issues: ReadonlyMap<string, Issue> } {
  // What was decided about and then written anew is forgotten.
  const decided = before.filter(
    ({ status, from, to, suggestion, excerpt }) =>
      status !== 'open' && text.slice(from, to) === (status === 'accepted' ? suggestion : excerpt),
  );
  const decidedKeys = new Set(decided.map(({ key }) => key));
  const ignored = new Set(decided.filter(({ status }) => status === 'ignored').map(placeOf));
  const open = new Map(
    before.filter(({ status }) => status === 'open').map((mark) => [placeOf(mark), mark.key]),
  );
  const known = new Map([...issues].filter(([key]) => decidedKeys.has(key)));
  const marks = [...decided];
  for (const { issue, mark } of found) {
    const place = placeOf(mark);
    if (ignored.has(place)) continue;
    const key = open.get(place) ?? mark.key;
    marks.push({ ...mark, key });
    known.set(key, { ...issue, key });
  }
  return { marks, issues: known };
}

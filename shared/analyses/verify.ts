import { maskTest } from '../../tamil/masks/find-masks.ts';
import { type CritiqueItem, essayCritiqueResult, SECTIONS } from './essay-critique.ts';
import { proofreadResult } from './proofread.ts';
import { isRangeOf } from './range.ts';

/** Lists the contract's invariants that a result violates, in words for a tenant. Empty if it violates none. */
export type Verify = (text: string, result: unknown) => readonly string[];

export const verifyProofread: Verify = (text, given) => {
  const { data: result } = proofreadResult.safeParse(given);
  if (result === undefined) return ['The result is not of the documented form.'];
  const { issues } = result;
  const isMasked = maskTest(text);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, suggestion } of issues) {
    parts.push(text.slice(at, start), suggestion);
    at = end;
  }
  const corrected = [...parts, text.slice(at)].join('');
  return faults({
    'original_text is not the text that was sent.': result.original_text !== text,
    'An issue is not a range of the text.': issues.some(({ start, end }) => !isRangeOf(text, start, end)),
    'Issues are not in order, or overlap.': issues.some(({ start }, n) => start < (issues[n - 1]?.end ?? 0)),
    'An issue lies in or across an address, code, a placeholder or a tag.': issues.some(({ start, end }) =>
      isMasked(start, end),
    ),
    'corrected_text is not the text with every suggestion applied.': result.corrected_text !== corrected,
  });
};

export const verifyCritique: Verify = (essay, given) => {
  const { data: result } = essayCritiqueResult.safeParse(given);
  if (result === undefined) return ['The result is not of the documented form.'];
  const items = SECTIONS.flatMap((section) => result.sections[section].items);
  const ids = new Set(items.map(({ id }) => id));
  return faults({
    'Two items have one id.': ids.size < items.length,
    'An item points outside the essay.': items.some(({ location }) => !isLocated(essay, location)),
    'An excerpt is not what stands at its place.': items.some(
      ({ location }) => location !== null && essay.slice(location.from, location.to) !== location.excerpt,
    ),
    'A safety flag names no item.': result.safetyFlags.some(({ itemId }) => !ids.has(itemId)),
  });
};

const isLocated = (essay: string, location: CritiqueItem['location']): boolean =>
  location === null || isRangeOf(essay, location.from, location.to);

const faults = (found: Readonly<Record<string, boolean>>): string[] =>
  Object.entries(found).flatMap(([fault, is]) => (is ? [fault] : []));

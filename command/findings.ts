import type { CritiqueItem, ProofreadIssue, Severity, Succeeded } from '../client/src/client.ts';
import { type Position, positionsIn } from './positions.ts';

/** One thing that was found in a text. */
export interface Finding {
  readonly severity: Severity;
  /** Of a proofread: its kind, such as `grammar`. Of a critique: its category. */
  readonly type: string;
  /** `family/name` of the offline engine's rule. */
  readonly rule: string | undefined;
  readonly message: string;
  /** Absent where it is about the whole text. */
  readonly place: Place | undefined;
  /** What should stand there. */
  readonly suggestion: string | undefined;
}

/** UTF-16 code units; `end` and its position are exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly from: Position;
  readonly to: Position;
  readonly excerpt: string;
}

type Analysed = Succeeded<'proofread'> | Succeeded<'essay-critique'>;

/** What an analysis of the text has found, in the order of the text. */
export function findingsOf(text: string, operation: Analysed): Finding[] {
  const positionOf = positionsIn(text);
  const placeOf = (start: number, end: number): Place => ({
    start,
    end,
    from: positionOf(start),
    to: positionOf(end),
    excerpt: text.slice(start, end),
  });
  if (operation.endpoint === 'proofread') {
    return operation.result.issues.map((issue: ProofreadIssue) => ({
      severity: issue.severity,
      type: issue.type,
      rule: issue.rule,
      message: issue.message,
      place: placeOf(issue.start, issue.end),
      suggestion: issue.suggestion,
    }));
  }
  const items: CritiqueItem[] = Object.values(operation.result.sections).flatMap((section) => section.items);
  return items
    .map(({ severity, category, title, description, location, suggestion }) => ({
      severity,
      type: category,
      rule: undefined,
      message: `${title}: ${description}`,
      place: location === null ? undefined : placeOf(location.from, location.to),
      // Others advise, and are no text to put there.
      suggestion: suggestion?.canAutoApply === true ? suggestion.text : undefined,
    }))
    .sort((a, b) => (a.place?.start ?? -1) - (b.place?.start ?? -1));
}

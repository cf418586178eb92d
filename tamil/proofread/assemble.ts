import type { Mask } from '../masks/mask.ts';
import type { Word } from '../text/tokenize.ts';
import { type Change, type Finding, message, type Span } from './finding.ts';
import { isUnnormalised, NORMAL_FORM, stretches } from './unicode.ts';

/** Spans and word changes by place. Where they overlap the span wins, for it says more than one word can. */
export const assemble = (
  text: string,
  words: readonly Word[],
  changes: readonly (readonly Change[] | undefined)[],
  spans: readonly Span[],
): Finding[] => {
  const findings: Finding[] = [];
  let next = 0;
  let covered = 0;
  const pushSpan = (span: Span): void => {
    if (span.start < covered) return;
    findings.push(
      finding([{ rule: span.rule, to: span.suggestion, ...(span.reason && { reason: span.reason }) }], span),
    );
    covered = span.end;
  };
  for (const [index, word] of words.entries()) {
    const list = changes[index];
    if (list === undefined) continue;
    for (let span = spans[next]; span !== undefined && span.start < word.end; span = spans[++next])
      pushSpan(span);
    if (word.start < covered || text.slice(word.start, word.end) === word.form) continue;
    findings.push(finding(list, word));
    covered = word.end;
  }
  for (; next < spans.length; next++) {
    const span = spans[next];
    if (span !== undefined) pushSpan(span);
  }
  return findings;
};

/**
 * The findings with one note on words that are not in the normal form, where there are any. It reaches from the first that no finding
 * holds to the last before the next finding.
 */
export const withNormalForm = (
  text: string,
  words: readonly Word[],
  findings: readonly Finding[],
  masks: readonly Mask[],
): Finding[] => {
  let next = 0;
  const within = words.filter(isUnnormalised).map((word) => {
    while ((findings[next]?.end ?? text.length + 1) <= word.start) next++;
    return { word, next, free: word.end <= (findings[next]?.start ?? text.length + 1) };
  });
  const first = within.find(({ free }) => free);
  if (first === undefined) return [...findings];
  const repairs = within
    .filter(({ free, next: at }) => free && at === first.next)
    .map(({ word: { start, end, form } }) => ({ start, end, to: form }));
  const [range] = stretches(text, repairs, masks);
  if (range === undefined) return [...findings];
  const note = finding([{ rule: NORMAL_FORM, to: range.suggestion }], range);
  const said = `${NORMAL_FORM.reason} (இடங்கள்: ${within.length}); உரை முழுவதையும் NFC வடிவில் சேமித்தால் போதும் (${NORMAL_FORM.source}).`;
  return findings.toSpliced(first.next, 0, { ...note, message: said });
};

const RANK = { high: 0, medium: 1, low: 2 } as const;

const finding = (
  changes: readonly Change[],
  range: { readonly start: number; readonly end: number },
): Finding => {
  const [worst] = [...changes].sort((a, b) => RANK[a.rule.severity] - RANK[b.rule.severity]);
  const last = changes[changes.length - 1];
  if (worst === undefined || last === undefined) throw new RangeError('a finding needs a change');
  const reasons = [...new Set(changes.map((change) => change.reason ?? change.rule.reason))];
  const sources = [...new Set(changes.map((change) => change.rule.source))];
  return {
    type: worst.rule.type,
    severity: worst.rule.severity,
    message: message(reasons.join('; '), short(last.to), sources.join('; ')),
    start: range.start,
    end: range.end,
    suggestion: last.to,
    rule: worst.rule.id,
    certain: changes.every((change) => change.rule.certain && change.certain !== false),
  };
};

/** A message is a sentence: of a long suggestion it quotes the beginning. */
const LONGEST_QUOTE = 60;
const short = (suggestion: string): string => {
  if (suggestion.length <= LONGEST_QUOTE) return suggestion;
  const space = suggestion.lastIndexOf(' ', LONGEST_QUOTE);
  return `${suggestion.slice(0, space > 0 ? space : LONGEST_QUOTE)}…`;
};

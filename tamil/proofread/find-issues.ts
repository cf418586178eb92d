import { isIllFormed } from '../encoding/sequences.ts';
import { findVerses, type Verse } from '../kural/find-verses.ts';
import { isRightInSentence } from '../lexicon/rules-lexicon.ts';
import { findMasks, touches } from '../masks/find-masks.ts';
import { tokenize, type Word } from '../text/tokenize.ts';
import { agreementChange } from './agreement/agreement.ts';
import { numberChange } from './agreement/number.ts';
import { articleChange } from './article.ts';
import { assemble, withNormalForm } from './assemble.ts';
import { colloquialChange } from './colloquial/colloquial.ts';
import type { Change, Finding, RuleFacts, Span } from './finding.ts';
import { sandhiChange } from './sandhi/sandhi.ts';
import { joinedChange } from './spacing/joined.ts';
import { spacingSpan } from './spacing/spacing.ts';
import { clusterChange } from './spelling/clusters.ts';
import { initialChange } from './spelling/initials.ts';
import { spellingChange } from './spelling/spelling.ts';
import { unknownWordChange } from './spelling/unknown-word.ts';
import { encodingSpans, NORMAL_FORM, unicodeChange } from './unicode.ts';

export interface FindOptions {
  /** Only rules so mechanical that they may complete what a language model found. */
  readonly certainOnly?: boolean;
  /** Rules (`sandhi/dative`) and families (`sandhi`) that find nothing. */
  readonly disabledRules?: readonly string[];
}

/** Families that look at a word alone. In this order: each sees the word as the ones before it left it. */
const WITHIN: readonly ((word: Word, before?: Word) => Change | undefined)[] = [
  spellingChange,
  clusterChange,
  initialChange,
  // முண்னேற்றம் is முண்ணேற்றம் to the rules on clusters, which the list of misspellings knows.
  (word) => (word.form === word.raw ? undefined : spellingChange(word)),
  colloquialChange,
  joinedChange,
  // Last: what the lists know, they know better.
  unknownWordChange,
];

/** Families that look at a word among its neighbours, whose own spelling has been mended by then. */
const BETWEEN: readonly ((words: readonly Word[], at: number, text: string) => Change | undefined)[] = [
  articleChange,
  agreementChange,
  numberChange,
  sandhiChange,
];

/**
 * Finds what is wrong with a Tamil text, offline and deterministically. Ranges are UTF-16 code units of `text`, sorted and
 * without overlap; applying every suggestion gives the corrected text. Runs in time linear in the length of the text.
 */
export const findIssues = (text: string, options: FindOptions = {}): Finding[] => {
  const wanted = wantedBy(options);
  const masks = findMasks(text);
  const words = tokenize(text, masks);
  const changes: (Change[] | undefined)[] = words.map(() => undefined);
  const record = (index: number, word: Word, change: Change | undefined): void => {
    if (change === undefined || !wanted(change.rule) || change.to === word.form) return;
    if (options.certainOnly === true && change.certain === false) return;
    word.form = change.to;
    const list = changes[index];
    if (list === undefined) changes[index] = [change];
    else list.push(change);
  };
  words.forEach((word, index) => {
    record(index, word, unicodeChange(word));
  });
  const verses = findVerses(words);
  const skipped = words.map(
    (word) =>
      word.form.length > LONGEST_WORD || (word.irregular && isIllFormed(word.form)) || isWithin(verses, word),
  );
  words.forEach((word, index) => {
    if (skipped[index] === false)
      for (const family of WITHIN) {
        const change = family(word, words[index - 1]);
        if (change !== undefined && isWritten(change.to)) record(index, word, change);
      }
  });
  const spans: Span[] = encodingSpans(text, masks).filter(({ rule }) => wanted(rule));
  const encoded = spans.length;
  words.forEach((word, index) => {
    if (skipped[index] !== false) return;
    for (const family of BETWEEN) record(index, word, family(words, index, text));
    const before = words[index - 1];
    const span = before === undefined ? undefined : spacingSpan(text, before, word);
    if (span !== undefined && wanted(span.rule) && !touches(masks, span.start, span.end)) spans.push(span);
  });
  if (encoded > 0) spans.sort((a, b) => a.start - b.start);
  const findings = assemble(text, words, changes, spans);
  return wanted(NORMAL_FORM) ? withNormalForm(text, words, findings, masks) : findings;
};

const wantedBy = ({ certainOnly = false, disabledRules = [] }: FindOptions) => {
  const disabled = new Set(disabledRules);
  return ({ id, certain }: RuleFacts): boolean =>
    (certain || !certainOnly) && !disabled.has(id) && !disabled.has(id.slice(0, id.indexOf('/')));
};

/** Whether all that a rule would write is known: a rule that makes an unknown word has misread the one before it. */
const isWritten = (to: string): boolean => to.split(' ').every(isRightInSentence);

/** No Tamil word comes near this; the rules may look at a word letter by letter, and must not look at a book so. */
const LONGEST_WORD = 160;

/** A verse is quoted as it was written: only its encoding is mended. */
const isWithin = (verses: readonly Verse[], word: Word): boolean =>
  verses.some(({ from, to }) => word.start >= from && word.end <= to);

import { maskTest } from '../../tamil/masks/find-masks.ts';
import { quoteBudget, wordBudget } from './budget.ts';
import {
  type CritiqueItem,
  critiqueItem,
  type EssayCritiqueResult,
  location as locationSchema,
  type SECTIONS,
} from './essay-critique.ts';
import {
  type ProofreadIssue,
  type RecordedIssue,
  type RecordedProofread,
  recordedIssue,
} from './proofread.ts';
import { isRangeOf, withoutOverlaps } from './range.ts';

const SEVERITY_ORDER = { high: 0, medium: 1, low: 2 } as const;

/**
 * Makes the result of a proofread out of whatever a provider found, so that the contract's invariants hold:
 * ranges of the text, sorted, without overlap, each changing something, none in or across what is no prose (an address, code, a
 * placeholder, a tag), and `corrected_text` is the text with every suggestion applied. What does not hold is dropped; of two that overlap the more severe stays, then the earlier.
 * What has more words than a record can hold is dropped too, the least severe first.
 */
export function concludeProofread(text: string, issues: readonly RecordedIssue[]): RecordedProofread {
  const isMasked = maskTest(text);
  const sound = issues
    .map((issue) => recordedIssue.safeParse(issue).data)
    .filter((issue) => issue !== undefined)
    .filter((issue) => isSound(text, issue) && !isMasked(issue.start, issue.end))
    .map((issue) => ({ ...issue, message: issue.message.toWellFormed() }))
    .sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || a.start - b.start);
  const budget = wordBudget();
  const kept = withoutOverlaps(sound.filter(({ message, suggestion }) => budget.take(message, suggestion)));
  return { original_text: text, corrected_text: applyAll(text, kept), issues: kept };
}

const isSound = (text: string, { start, end, suggestion, message }: ProofreadIssue): boolean =>
  isRangeOf(text, start, end) &&
  text.slice(start, end) !== suggestion &&
  suggestion.isWellFormed() &&
  message.trim() !== '';

function applyAll(text: string, issues: readonly ProofreadIssue[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, suggestion } of issues) {
    parts.push(text.slice(at, start), suggestion);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** What a section is called where the provider gave it no title. */
export const SECTION_TITLES = {
  structure: 'கட்டமைப்பும் ஓட்டமும்',
  clarity: 'தெளிவு',
  facts: 'தகவல்கள்',
  citations: 'மேற்கோள்கள்',
} as const satisfies Record<(typeof SECTIONS)[number], string>;

const NO_SUMMARY = 'சுருக்கம் வழங்கப்படவில்லை.';

const FLAG_MESSAGES = {
  'meaning-change': 'இந்தப் பரிந்துரை பொருளை மாற்றக்கூடும்; ஏற்பதற்கு முன் சரிபார்க்கவும்.',
  unverified: 'இந்தத் தகவல் சரிபார்க்கப்படவில்லை.',
  conflicting: 'இந்தத் தகவல் பிற ஆதாரங்களுடன் முரண்படுகிறது.',
} as const;

type SafetyFlag = EssayCritiqueResult['safetyFlags'][number];

/**
 * Makes the result of a critique out of whatever a provider found, so that the contract's invariants hold: unique ids,
 * every location a range of the essay with exactly its excerpt, no suggestion for what is no prose, sources only over http(s), and a safety flag for every
 * unverified or conflicting item and every suggestion that may change the meaning. Items past repair are dropped, and so
 * is what has more words, or quotes more, than a record can hold.
 */
export function concludeCritique(text: string, critique: EssayCritiqueResult): EssayCritiqueResult {
  const ids = new Map<string, number>();
  const flags = Map.groupBy(critique.safetyFlags, (flag) => flag?.itemId);
  const isMasked = maskTest(text);
  const budget = wordBudget();
  const quotes = quoteBudget();
  /** The words as they may be shown, or `instead` where there are none, or too many. */
  const worded = (words: unknown, instead: string): string => {
    const found = wordsOr(words, instead);
    return budget.take(found) ? found : instead;
  };
  const items: CritiqueItem[] = [];
  const section = (name: (typeof SECTIONS)[number]) => {
    const given = critique.sections[name];
    const sound = given.items
      .map((item) => soundItem(text, item, isMasked, quotes))
      .filter((item) => item !== undefined)
      .filter((item) => budget.take(...wordsOf(item)))
      .map((item) => ({ ...item, id: unusedId(ids, item.id) }));
    items.push(...sound);
    return {
      title: worded(given.title, SECTION_TITLES[name]),
      summary: worded(given.summary, NO_SUMMARY),
      items: sound,
    };
  };
  const sections = {
    structure: section('structure'),
    clarity: section('clarity'),
    facts: section('facts'),
    citations: section('citations'),
  };
  return {
    summary: worded(critique.summary, NO_SUMMARY),
    topFixes: critique.topFixes.map((fix) => worded(fix, '')).filter((fix) => fix !== ''),
    sections,
    safetyFlags: items.flatMap((item) => flagsOf(item, flags.get(item.id) ?? [], worded)),
  };
}

const wordsOf = ({ id, category, title, description, suggestion, sourceUrl, sourceTitle }: CritiqueItem) =>
  [id, category, title, description, suggestion?.text, sourceUrl, sourceTitle].map((words) => words ?? '');

const wordsOr = (words: unknown, instead: string): string =>
  typeof words === 'string' && words.trim() !== '' ? words.toWellFormed() : instead;

function soundItem(
  text: string,
  given: CritiqueItem,
  isMasked: (start: number, end: number) => boolean,
  quotes: (units: number) => boolean,
): CritiqueItem | undefined {
  const location = soundLocation(text, given.location, quotes);
  const item = critiqueItem.safeParse({ ...given, location }).data;
  if (item === undefined || item.title.trim() === '' || item.description.trim() === '') return undefined;
  const { suggestion } = item;
  const useful =
    suggestion?.text.isWellFormed() &&
    suggestion.text !== location?.excerpt &&
    !(location && isMasked(location.from, location.to));
  return {
    ...item,
    id: item.id.toWellFormed(),
    category: item.category.toWellFormed(),
    title: item.title.toWellFormed(),
    description: item.description.toWellFormed(),
    suggestion:
      suggestion && useful
        ? {
            ...suggestion,
            canAutoApply: suggestion.canAutoApply && !suggestion.meaningMayChange && location !== null,
          }
        : null,
    sourceUrl: webAddress(item.sourceUrl),
    sourceTitle: wordsOr(item.sourceTitle, '') || null,
  };
}

const placeSchema = locationSchema.omit({ excerpt: true });

function soundLocation(
  text: string,
  given: CritiqueItem['location'],
  quotes: (units: number) => boolean,
): CritiqueItem['location'] {
  const { data } = placeSchema.safeParse(given);
  if (data === undefined || data.from === data.to || !isRangeOf(text, data.from, data.to)) return null;
  if (!quotes(data.to - data.from)) return null;
  return { ...data, excerpt: text.slice(data.from, data.to) };
}

function webAddress(given: string | null): string | null {
  const url = given === null ? null : URL.parse(given);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : null;
}

/** `ids` holds what is taken, and for each the number with which it is tried next. */
function unusedId(ids: Map<string, number>, wanted: string): string {
  let id = wanted;
  let n = ids.get(wanted) ?? 2;
  for (; ids.has(id); n += 1) id = `${wanted}-${n}`;
  ids.set(wanted, n);
  if (id !== wanted) ids.set(id, 2);
  return id;
}

/** The flags an item must have, in the provider's words where it gave some, and what else it flagged the item for. */
function flagsOf(
  item: CritiqueItem,
  own: readonly SafetyFlag[],
  worded: (words: unknown, instead: string) => string,
): SafetyFlag[] {
  const types = (['meaning-change', 'unverified', 'conflicting'] as const).filter(
    (type) =>
      item.badge === type ||
      (type === 'meaning-change' && item.suggestion?.meaningMayChange) ||
      own.some((flag) => flag.type === type),
  );
  return types.map((type) => ({
    itemId: item.id,
    type,
    message: worded(own.find((flag) => flag.type === type)?.message, FLAG_MESSAGES[type]),
  }));
}

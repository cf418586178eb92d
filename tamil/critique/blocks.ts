import { compile, readPattern } from '../proofread/word-pattern.ts';
import { readWords } from '../words/lists.ts';
import { countWords, type Range, trimmed } from './range.ts';
import { endsSentence } from './sentences.ts';

/** A stretch of lines: prose, the items of a list, a heading, or what is none of these, as an address, a date or lines of a poem. */
export interface Block extends Range {
  readonly kind: 'paragraph' | 'list' | 'heading' | 'matter';
  /** The items of a list without what marks them; otherwise the block itself. */
  readonly parts: readonly Range[];
}

interface Line extends Range {
  readonly words: number;
  readonly ended: boolean;
  /** Where the text of a list item begins. */
  readonly item: number | undefined;
  readonly label: boolean;
  readonly section: boolean;
  readonly verse: boolean;
}

const HEADING_WORDS = 8;
const LABEL_WORDS = 2;
/** Lines of an address or a poem are not longer. */
const SHORT_LINE_WORDS = 6;
const SHORT_LINE = 45;
/** Lines broken to a width hold so many words at least, and this share of them does not end as a sentence does. */
const WRAPPED_WORDS = 4;
const WRAPPED_SHARE = 0.35;

/** A bullet; a number with a mark; a letter in a bracket, for one with a full stop is an initial (அ. முத்துலிங்கம்). */
const ITEM =
  /^\s*(?:[-*•●○▪◦‣➢➤✓✔→·–]\s+|[([]?(?:\d{1,2}|[௦-௯]{1,2})[.)\]](?:\s+|(?=[\u0b80-\u0bff“"]))|[([]?(?:[அ-ஔ]|[ivx]{1,4}|[a-z])[)\]]\s*(?=\S))/u;
const MARKDOWN_HEADING = /^#{1,6}\s/;
const POSTCODE = /[-–]\s?\d{3}\s?\d{3}[.,]?$/;
const SECTION_NAMES = new Set([
  ...readWords('critique/introduction-headings'),
  ...readWords('critique/conclusion-headings'),
]);
const isLabel = compile(readPattern('critique/field-labels'));
const LABEL = /^([\u0b80-\u0bff]+(?:\s[\u0b80-\u0bff]+)?)\s*[:\-–]\s*\S/u;

/** The name a heading gives a part: its letters without numbers, marks and punctuation. */
export const nameOf = (text: string): string =>
  text.replace(/^[\s#*_\d.)(]+|[\s#*_:：.\-–—]+$/gu, '').normalize('NFC');

const readLine = (text: string, range: Range, isVerse: (range: Range) => boolean): Line => {
  const content = text.slice(range.from, Math.min(range.to, range.from + 400));
  const marker = ITEM.exec(content);
  const label = LABEL.exec(content)?.[1];
  return {
    ...range,
    words: countWords(content),
    ended: endsSentence(text, range),
    item: marker === null || MARKDOWN_HEADING.test(content) ? undefined : range.from + marker[0].length,
    label: (label !== undefined && isLabel(label)) || POSTCODE.test(content),
    section: MARKDOWN_HEADING.test(content) || SECTION_NAMES.has(nameOf(content)),
    verse: isVerse(range),
  };
};

/** Reads the lines of an essay as blocks. `isVerse` tells of a range whether it lies in a verse that is known. */
export const readBlocks = (text: string, isVerse: (range: Range) => boolean): Block[] => {
  const groups = lineGroups(text, isVerse);
  const spaced = groups.length > 1;
  const blocks = groups.flatMap((group, index) => groupBlocks(text, group, spaced, index === 0));
  return goneOn(
    text,
    blocks.map((block, index) => headed(text, block, blocks[index + 1], blocks.length)),
  );
};

/** What heads nothing is no heading, and what announces a list is a sentence. */
const headed = (text: string, block: Block, next: Block | undefined, count: number): Block => {
  if (block.kind !== 'heading') return block;
  if (next === undefined) return count > 1 ? { ...block, kind: 'matter' } : block;
  // நன்மைகள்: is the heading of its list; a longer line is a sentence that announces it.
  const announces =
    next.kind === 'list' &&
    text[block.to - 1] === ':' &&
    countWords(text.slice(block.from, block.to)) > LABEL_WORDS &&
    !MARKDOWN_HEADING.test(text.slice(block.from, block.from + 8));
  return announces ? { ...block, kind: 'paragraph' } : block;
};

/** என்று கூறுகிறார்: the sentence in which the lines before it are quoted goes on. */
const GOES_ON = /^என(?:்ற|்பத|்னும|்ப|க்|ச்|த்|ப்|வும்|\s)/u;

const goneOn = (text: string, blocks: readonly Block[]): Block[] => {
  const joined: Block[] = [];
  for (const block of blocks) {
    const quoted = joined.at(-1);
    const begun = joined.at(-2);
    const goesOn =
      block.kind === 'paragraph' &&
      quoted?.kind === 'matter' &&
      begun?.kind === 'paragraph' &&
      GOES_ON.test(text.slice(block.from, block.from + 10));
    if (!goesOn) {
      joined.push(block);
      continue;
    }
    const range = { from: begun.from, to: block.to };
    joined.splice(-2, 2, { ...range, kind: 'paragraph', parts: [range] });
  }
  return joined;
};

/** Lines in groups that blank lines divide. */
const lineGroups = (text: string, isVerse: (range: Range) => boolean): Line[][] => {
  const groups: Line[][] = [];
  let open: Line[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && text[i] !== '\n') continue;
    const range = trimmed(text, { from: start, to: i });
    start = i + 1;
    if (range.to > range.from) open.push(readLine(text, range, isVerse));
    else if (open.length > 0) {
      groups.push(open);
      open = [];
    }
  }
  if (open.length > 0) groups.push(open);
  return groups;
};

type Kind = Block['kind'];

/** Short lines of an address or a poem. */
const isShort = (line: Line): boolean =>
  line.words <= SHORT_LINE_WORDS && line.to - line.from <= SHORT_LINE && line.item === undefined;

const mayHead = (text: string, line: Line, next: Line | undefined): boolean =>
  !line.ended &&
  line.words <= HEADING_WORDS &&
  text[line.to - 1] !== ',' &&
  (next === undefined ||
    line.to - line.from < 0.6 * (next.to - next.from) ||
    next.item !== undefined ||
    next.section);

/** `first`: the group the essay begins with; `spaced`: blank lines divide the essay's paragraphs. */
const groupBlocks = (text: string, group: readonly Line[], spaced: boolean, first: boolean): Block[] => {
  const kinds = kindsOf(text, group, spaced, first);
  const joins = joinTest(group, spaced);
  const runs: { kind: Kind; lines: Line[] }[] = [];
  group.forEach((line, at) => {
    const kind = kinds[at] as Kind;
    const last = runs.at(-1);
    const joined = last?.kind === kind && kind !== 'heading' && (kind !== 'paragraph' || joins(at));
    if (joined) last.lines.push(line);
    else runs.push({ kind, lines: [line] });
  });
  return runs.map(({ kind, lines }) => block(kind, lines));
};

const kindsOf = (text: string, group: readonly Line[], spaced: boolean, first: boolean): Kind[] => {
  const kinds: Kind[] = [];
  group.forEach((line, at) => {
    if (kinds.length > at) return;
    const next = group[at + 1];
    const run = line.section || line.label || line.verse || line.ended ? 1 : shortRun(group, at);
    const heads = mayHead(text, line, next) && (next !== undefined || group.length === 1);
    if (line.section || (first && at === 0 && heads)) kinds.push('heading');
    else if (line.label || line.verse) kinds.push('matter');
    else if (line.item !== undefined) kinds.push(heads && next?.item === undefined ? 'heading' : 'list');
    else if (run > 1) for (let i = 0; i < run; i++) kinds.push('matter');
    else if (heads && (!spaced || at === 0)) kinds.push('heading');
    else if (group.length === 1 && text[line.to - 1] === ',' && line.words <= HEADING_WORDS)
      kinds.push('matter');
    else kinds.push('paragraph');
  });
  return kinds;
};

/** How many short lines follow from one on, of which the last alone may end as a sentence does. */
const shortRun = (group: readonly Line[], from: number): number => {
  let at = from;
  for (; at < group.length; at++) {
    const line = group[at] as Line;
    if (!isShort(line) || line.section) break;
    if (line.ended) return at + 1 - from;
  }
  return at - from;
};

/** Tells of a line of prose whether it goes on with the paragraph of the line before. */
const joinTest = (group: readonly Line[], spaced: boolean): ((at: number) => boolean) => {
  const prose = group.filter(({ item, words }) => item === undefined && words >= WRAPPED_WORDS);
  const unended = prose.filter(({ ended }) => !ended).length;
  if (spaced) return () => unended > 0;
  const wrapped = prose.length >= 3 && unended > prose.length * WRAPPED_SHARE;
  const width = group.reduce((widest, { from, to }) => Math.max(widest, to - from), 0);
  return (at) => {
    const before = group[at - 1];
    return wrapped && before !== undefined && (!before.ended || before.to - before.from > 0.75 * width);
  };
};

const block = (kind: Kind, lines: readonly Line[]): Block => {
  const range = { from: lines[0]?.from ?? 0, to: lines.at(-1)?.to ?? 0 };
  const parts = kind === 'list' ? lines.map(({ item, from, to }) => ({ from: item ?? from, to })) : [range];
  return { ...range, kind, parts };
};

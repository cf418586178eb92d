import { withoutInvisible } from '../encoding/invisible.ts';
import { findVerses, type Verse } from '../kural/find-verses.ts';
import { findMasks } from '../masks/find-masks.ts';
import type { Mask } from '../masks/mask.ts';
import { tokenize, type Word } from '../text/tokenize.ts';
import { readWords } from '../words/lists.ts';
import { type Block, nameOf, readBlocks } from './blocks.ts';
import { countWords, type Range } from './range.ts';
import { sentenceRanges } from './sentences.ts';

export interface Sentence extends Range {
  readonly text: string;
  readonly words: readonly Word[];
  /** Words of any script. */
  readonly wordCount: number;
  /** An item of a list, which need not be a whole sentence. */
  readonly listed: boolean;
}

export type Role = 'introduction' | 'body' | 'conclusion';

/** A paragraph of prose, or a list. */
export interface Paragraph extends Range {
  readonly role: Role;
  readonly listed: boolean;
  readonly sentences: readonly Sentence[];
  readonly wordCount: number;
}

export interface Essay {
  readonly text: string;
  readonly masks: readonly Mask[];
  readonly paragraphs: readonly Paragraph[];
  readonly sentences: readonly Sentence[];
  /** All Tamil words, those of headings too; `form` is their normal form. */
  readonly words: readonly Word[];
  readonly headings: readonly Range[];
  /** Which of its parts a heading names. */
  readonly named: ReadonlySet<Role>;
  readonly isLetter: boolean;
  /** Verses of the Kural quoted anywhere in it. */
  readonly verses: readonly Verse[];
  /** All words, of any script. */
  readonly wordCount: number;
  /** Share of the words that are Tamil, 0 to 1. */
  readonly tamilShare: number;
}

/** Reads an essay: paragraphs with their roles, sentences and words, all with their places. */
export const readEssay = (text: string): Essay => {
  const masks = findMasks(text);
  const words = tokenize(text, masks);
  for (const word of words) if (word.irregular) word.form = withoutInvisible(word.raw).normalize('NFC');
  const verses = findVerses(words);
  const blocks = readBlocks(text, verseTest(verses));
  const wordsWithin = wordReader(words);
  const prose = blocks.filter(({ kind }) => kind === 'paragraph' || kind === 'list');
  const roles = rolesOf(text, blocks);
  const paragraphs = prose.map((block): Paragraph => {
    const listed = block.kind === 'list';
    const sentences = block.parts
      .flatMap((part) => sentenceRanges(text, part, masks))
      .map((range): Sentence => {
        const content = text.slice(range.from, range.to);
        return { ...range, text: content, words: wordsWithin(range), wordCount: countWords(content), listed };
      });
    const wordCount = sentences.reduce((sum, sentence) => sum + sentence.wordCount, 0);
    const role = roles.of.get(block) ?? 'body';
    return { from: block.from, to: block.to, listed, role, sentences, wordCount };
  });
  const wordCount = countWords(text);
  return {
    text,
    masks,
    paragraphs,
    sentences: paragraphs.flatMap(({ sentences }) => sentences),
    words,
    headings: blocks.filter(({ kind }) => kind === 'heading'),
    named: roles.named,
    isLetter: isLetter(text, blocks),
    verses,
    wordCount,
    tamilShare: wordCount === 0 ? 0 : Math.min(1, words.length / wordCount),
  };
};

/** Lines of a verse hold little else: its number, or who says it. */
const VERSE_SHARE = 0.4;

/** Tells of lines in their order whether a verse takes up most of them. */
const verseTest = (verses: readonly Verse[]): ((line: Range) => boolean) => {
  let next = 0;
  return ({ from, to }) => {
    while ((verses[next]?.to ?? to) <= from) next++;
    const verse = verses[next];
    if (verse === undefined) return false;
    return Math.min(to, verse.to) - Math.max(from, verse.from) > (to - from) * VERSE_SHARE;
  };
};

/** Reads the words within ranges that follow each other. */
const wordReader = (words: readonly Word[]): ((range: Range) => Word[]) => {
  let next = 0;
  return ({ from, to }) => {
    while ((words[next]?.start ?? to) < from) next++;
    const first = next;
    while ((words[next]?.start ?? to) < to) next++;
    return words.slice(first, next);
  };
};

const NAMES: readonly (readonly [Role, ReadonlySet<string>])[] = [
  ['introduction', new Set(readWords('critique/introduction-headings'))],
  ['conclusion', new Set(readWords('critique/conclusion-headings'))],
];

const roleNamed = (text: string): Role | undefined => NAMES.find(([, names]) => names.has(nameOf(text)))?.[0];

/** முன்னுரை: … as the beginning of the paragraph itself. */
const INLINE_NAME = /^[\s#*]*([\u0b80-\u0bff]+)[\s*]*[:\-–—]/u;

/** By headings where they name a part; otherwise the first paragraph introduces, and the last of three or more concludes. */
const rolesOf = (text: string, blocks: readonly Block[]): { of: Map<Block, Role>; named: Set<Role> } => {
  const of = new Map<Block, Role>();
  const named = new Set<Role>();
  const prose: Block[] = [];
  let section: Role | undefined;
  for (const block of blocks) {
    const content = text.slice(block.from, Math.min(block.to, block.from + 60));
    if (block.kind === 'heading') section = roleNamed(content);
    if (block.kind !== 'paragraph' && block.kind !== 'list') continue;
    prose.push(block);
    const inline = INLINE_NAME.exec(content)?.[1];
    const role = (inline === undefined ? undefined : roleNamed(inline)) ?? section;
    if (role === undefined) continue;
    of.set(block, role);
    named.add(role);
  }
  const [first] = prose;
  const last = prose.at(-1);
  if (first !== undefined && prose.length > 1 && !named.has('introduction') && !of.has(first))
    of.set(first, 'introduction');
  if (last !== undefined && prose.length > 2 && !named.has('conclusion') && !of.has(last))
    of.set(last, 'conclusion');
  return { of, named };
};

const LETTER_WORDS = new Set(readWords('critique/letter-words'));

const isLetter = (text: string, blocks: readonly Block[]): boolean =>
  blocks.some(({ kind, from, to }) => {
    if (kind !== 'heading' && kind !== 'matter') return false;
    const beginning = text.slice(from, Math.min(to, from + 300)).split(/[^\u0b80-\u0bff]+/u);
    return beginning.some((word) => LETTER_WORDS.has(word));
  });

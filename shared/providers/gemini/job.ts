import { createHash } from 'node:crypto';
import type { Range } from '../../analyses/range.ts';
import type { Question } from './question.ts';
import { splitText } from './split.ts';

/** One question and what to make of its answer. */
export interface Job<T> {
  readonly question: Question;
  /**
   * Lets the event loop turn meanwhile.
   * @throws {CallFault} nothing can be made of it
   */
  read(answer: unknown): Promise<T>;
}

/**
 * The longest text of one call, in UTF-16 code units. A longer one would take longer than a reader waits. The longest essay
 * (20,000) makes three parts; they and the reading of the whole are asked side by side.
 */
export const MAX_PART = 7_000;

const CONTEXT_BEFORE = 300;
const CONTEXT_AFTER = 150;

export interface Part extends Range {
  readonly text: string;
  /** The part and its context as the model is to see them. */
  readonly asData: readonly string[];
}

/** Tokens for the model's thinking, which counts as output, and for the form of an answer. */
const LEAST_ROOM = 4_096;
const MOST_ROOM = 32_768;

/** The most tokens that an answer about so many UTF-16 code units may have. */
export const roomFor = (units: number, tokensPerUnit: number): number =>
  Math.min(MOST_ROOM, LEAST_ROOM + units * tokensPerUnit);

/** A text in parts of at most `MAX_PART`, each with a little of what surrounds it. */
export function partsOf(text: string): Part[] {
  const ranges = splitText(text, MAX_PART);
  return ranges.map(({ start, end }) => {
    const part = text.slice(start, end);
    const before = text.slice(Math.max(0, start - CONTEXT_BEFORE), start).toWellFormed();
    const after = text.slice(end, end + CONTEXT_AFTER).toWellFormed();
    const context = before + after === '' ? [] : asData('CONTEXT', `${before}\n[TEXT]\n${after}`);
    return { start, end, text: part, asData: [...context, ...asData('TEXT', part)] };
  });
}

/**
 * Puts data between two lines with a mark that is derived from the data itself, so that no author can write the closing line
 * into the text.
 */
export function asData(name: string, data: string): string[] {
  const mark = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return [`----- ${name} ${mark} begins -----`, data, `----- ${name} ${mark} ends -----`];
}

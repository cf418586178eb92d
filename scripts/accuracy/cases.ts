import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * One case a line: `text`, `kind` (`incorrect`: the range `start`–`end`, or the whole text, holds a mistake, and each of
 * `corrections` is a right form of that range; `correct`: nothing may be flagged), `category`, and where known `id` and
 * `family`. Ranges are UTF-16 code units.
 */
export interface Case {
  readonly id?: string;
  readonly category: string;
  readonly family?: string;
  readonly text: string;
  readonly kind: 'correct' | 'incorrect';
  readonly start?: number;
  readonly end?: number;
  readonly corrections?: readonly string[];
}

const isCase = (value: unknown): value is Case =>
  typeof value === 'object' && value !== null && 'text' in value && 'kind' in value && 'category' in value;

/** The cases of a file. Throws a TypeError naming the line that is none. */
export const readCases = (file: string): Case[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const value: unknown = JSON.parse(line);
      if (!isCase(value)) throw new TypeError(`${file}:${index + 1} is not a case`);
      return value;
    });

export type Half = 'development' | 'held-out';

/** Cases are split by their id, so that adding one moves no other: one half to develop against, one to measure with. */
export const halfOf = ({ id, text }: Case): Half =>
  (createHash('sha256')
    .update(id ?? text)
    .digest()[0] ?? 0) %
    2 ===
  0
    ? 'development'
    : 'held-out';

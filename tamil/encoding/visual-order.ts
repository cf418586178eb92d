import type { Mask } from '../masks/mask.ts';
import { CONSONANT, classOf } from '../text/letters.ts';

/** Signs that are drawn before their consonant, and that text from old fonts writes there. */
const DRAWN_BEFORE = new Set(['ெ', 'ே', 'ை']);
const RUN = /[\u0b80-\u0bff]+/g;

const isConsonant = (run: string, at: number): boolean => classOf(run.charCodeAt(at)) === CONSONANT;

interface Evidence {
  /** Signs on no consonant, before one: ெகா. */
  readonly visual: number;
  /** Those of them that are not ொ or ோ with exchanged halves either: காெ. */
  readonly sure: number;
  /** Signs on a consonant, before none: கே at the end of a word. */
  readonly logical: number;
}

const evidenceIn = (run: string): Evidence => {
  let visual = 0;
  let sure = 0;
  let logical = 0;
  for (let i = 0; i < run.length; i++) {
    if (!DRAWN_BEFORE.has(run[i] ?? '')) continue;
    if (isConsonant(run, i - 1)) logical += isConsonant(run, i + 1) ? 0 : 1;
    else if (isConsonant(run, i + 1)) {
      visual++;
      if (run[i - 1] !== 'ா') sure++;
    }
  }
  return { visual, sure, logical };
};

/** Moves each sign that is drawn before its consonant behind it. */
export const reorder = (run: string): string => {
  let out = '';
  for (let i = 0; i < run.length; i++) {
    const sign = run[i] ?? '';
    if (DRAWN_BEFORE.has(sign) && isConsonant(run, i + 1)) {
      out += run[i + 1] + sign;
      i++;
    } else out += sign;
  }
  return out.normalize('NFC');
};

/** A word in visual order, and the same in the order of Unicode. */
export interface Reordered {
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/**
 * Finds words whose signs stand where they are drawn, before their consonant: ெகாடுத்தான். Where no word of the text shows the order of
 * Unicode all are taken for visual, those too that could be read either way.
 */
export const findVisualOrder = (text: string, masks: readonly Mask[]): Reordered[] => {
  if (!/(?:^|[^\u0b95-\u0bb9])[ெேை][\u0b95-\u0bb9]/u.test(text)) return [];
  let mask = 0;
  const runs = [...text.matchAll(RUN)]
    .map(({ 0: run, index }) => ({ run, start: index, end: index + run.length, ...evidenceIn(run) }))
    .filter(({ start, end }) => {
      while ((masks[mask]?.end ?? text.length) <= start) mask++;
      return end <= (masks[mask]?.start ?? text.length);
    });
  if (!runs.some(({ sure }) => sure > 0)) return [];
  const logical = runs.reduce((sum, run) => sum + run.logical, 0);
  const wanted = runs.filter((run) => logical === 0 || (run.sure > 0 && run.logical === 0));
  return wanted
    .map(({ run, start, end }) => ({ start, end, to: reorder(run) }))
    .filter(({ start, end, to }) => to !== text.slice(start, end).normalize('NFC'));
};

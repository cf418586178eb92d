/** Milliseconds after the first attempt, the second and so on; the last is for all that follow. */
const PAUSES_MS: readonly [number, ...number[]] = [2000, 10_000, 60_000, 600_000];
/** A pause is drawn up to so much longer: what failed together does not return together. */
const JITTER = 0.2;

export interface Waiting {
  /** Made so far. */
  readonly attempts: number;
  /** What the provider asked for. */
  readonly askedMs?: number | undefined;
  /** Until the operation's deadline. */
  readonly leftMs: number;
}

/**
 * Milliseconds from a failed attempt to the next: never less than the provider asked for, longer with each attempt, and
 * of what we choose ourselves at most half of the time that is left, so that all attempts fit into the operation's life.
 */
export function pauseBeforeNext(
  { attempts, askedMs = 0, leftMs }: Waiting,
  random: () => number = Math.random,
): number {
  const step = Math.min(Math.max(attempts, 1), PAUSES_MS.length) - 1;
  const half = leftMs / 2;
  const pause = Math.max(askedMs, Math.min(PAUSES_MS[step] ?? 0, half));
  return Math.round(Math.min(pause * (1 + random() * JITTER), Math.max(pause, half)));
}

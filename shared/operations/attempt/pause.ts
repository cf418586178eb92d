/** Milliseconds after the first attempt, the second and so on. The last value serves all later ones. */
const PAUSES_MS: readonly [number, ...number[]] = [2000, 10_000, 60_000, 600_000];
/** Random share added to a pause, so that operations that failed together do not return together. */
const JITTER = 0.2;
/** No pause is longer, unless the provider asks for it. */
export const LONGEST_PAUSE_MS = Math.max(...PAUSES_MS) * (1 + JITTER);

export interface Waiting {
  /** Made so far. */
  readonly attempts: number;
  /** What the provider asked for. */
  readonly askedMs?: number | undefined;
  /** Until the operation's deadline. */
  readonly leftMs: number;
}

/**
 * Milliseconds from a failed attempt to the next. A pause grows with each attempt and is never shorter than the provider
 * asked for. A pause that the provider did not ask for takes at most half of the time left, so that all attempts fit.
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

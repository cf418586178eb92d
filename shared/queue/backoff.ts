export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds to wait before retry `n` (0 is the first): doubled each time, drawn up to half as long again so that
 * what failed together does not return together, and never outside `minMs` to `maxMs`.
 */
export const backoffMs = (n: number, { minMs, maxMs }: Backoff, random: () => number = Math.random): number =>
  Math.min(maxMs, minMs * 2 ** n * (1 + random() / 2));

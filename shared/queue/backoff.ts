export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds to wait before retry `n` (0 is the first). The pause doubles each time, and up to half of it is added at
 * random, so that calls that failed together do not return together. It stays within `minMs` and `maxMs`.
 */
export const backoffMs = (n: number, { minMs, maxMs }: Backoff, random: () => number = Math.random): number =>
  Math.min(maxMs, minMs * 2 ** n * (1 + random() / 2));

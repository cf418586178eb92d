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

/** A `Retry-After` field in milliseconds from `now`: seconds or an HTTP date (RFC 9110 section 10.2.3). */
export const retryAfterMs = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const date = /^[A-Z][a-z]{2}, .+ GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};

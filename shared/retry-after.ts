/** A `Retry-After` field in milliseconds from `now`: seconds or an HTTP date (RFC 9110 section 10.2.3). */
export const retryAfterMs = (value: string | null | undefined, now: number): number | undefined => {
  if (value === undefined || value === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const date = /^[A-Z][a-z]{2}, .+ GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};

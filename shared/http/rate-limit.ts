import { Problem } from '../errors.ts';
import type { ConcurrentQuota } from '../quota/concurrent.ts';
import type { RateQuota } from '../quota/rate.ts';

export type Fields = Readonly<Record<string, string>>;

/**
 * Charges a request to its tenant. Resolves to the fields that tell the client how much is left.
 * Source: draft-ietf-httpapi-ratelimit-headers-10 (`RateLimit-Policy`: quota and window; `RateLimit`: what remains, and
 * the seconds until the quota is whole again, or in a refusal those of `Retry-After`, as section 5.3 asks)
 */
export function chargeRequest(rate: RateQuota, tenant_id: string): { fields: Fields; refusal?: Problem } {
  const { allowed, remaining, restoredMs, retryMs } = rate.charge(tenant_id, performance.now());
  const retryAfter = Math.max(1, seconds(retryMs));
  const reset = allowed ? seconds(restoredMs) : retryAfter;
  const fields = {
    'RateLimit-Policy': `"requests";q=${rate.perMinute};w=60`,
    RateLimit: `"requests";r=${remaining};t=${reset}`,
  };
  if (allowed) return { fields };
  const detail = `A tenant may send ${rate.perMinute} requests a minute. Come again in ${retryAfter} s.`;
  return {
    fields,
    refusal: new Problem('rate-limited', detail, { headers: { 'Retry-After': String(retryAfter) } }),
  };
}

/** Another request of the tenant has to end first. Nobody knows when, so this is a guess. */
export const tooManyAtOnce = ({ limit }: ConcurrentQuota): Problem =>
  new Problem('rate-limited', `A tenant may have ${limit} requests under way. Come again in 1 s.`, {
    headers: {
      'Retry-After': '1',
      'RateLimit-Policy': `"concurrent-requests";q=${limit};qu="concurrent-requests"`,
      RateLimit: '"concurrent-requests";r=0;t=1',
    },
  });

/** Whole seconds, rounded up. A rounding error of a sum does not add another second. */
const seconds = (ms: number): number => Math.ceil(Math.round(ms) / 1000);

import { Generations } from '../generations.ts';

/** The state of a tenant's quota after one request. */
export interface Charged {
  readonly allowed: boolean;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Milliseconds until the quota is full again if no request follows. */
  readonly restoredMs: number;
  /** Milliseconds until the next request is allowed; 0 where one remains. */
  readonly retryMs: number;
}

export interface RateQuota {
  readonly perMinute: number;
  /** Charges one request at `now`, in milliseconds on a clock that never goes back. A refused request costs nothing. */
  charge(tenant_id: string, now: number): Charged;
  /** Tenants that are remembered. */
  readonly size: number;
}

const WINDOW_MS = 60_000;
/** At most so many tenants are remembered. Half as many can make a tenant forgotten, which then has a full quota. */
const MOST_TENANTS = 100_000;
/** A tolerance in requests: the rounding error of a binary fraction must not cost a whole request. */
const ROUNDING = 1e-6;

/** The part of its quota that a tenant had used at its last request. */
interface Spent {
  requests: number;
  at: number;
}

/**
 * At most `perMinute` requests at once, and as many a minute from then on, evenly: a leaky bucket. Requests are counted,
 * not the times at which they are restored: those would be sums of intervals, whose rounding costs requests once the
 * clock is a day old.
 * Source: ATM Forum Traffic Management 4.1, section 4.4 (continuous-state leaky bucket).
 */
export function createRateQuota(perMinute: number, mostTenants = MOST_TENANTS): RateQuota {
  const interval = WINDOW_MS / perMinute;
  // Who asks for nothing for a minute has its full quota again, and may be forgotten.
  const tenants = new Generations<Spent>({ most: mostTenants, lastsMs: WINDOW_MS });
  return {
    perMinute,
    charge(tenant_id, now) {
      const spent =
        tenants.recall(tenant_id, now) ?? tenants.remember(tenant_id, { requests: 0, at: now }, now);
      const used = Math.max(0, spent.requests - (now - spent.at) / interval);
      const allowed = used + 1 <= perMinute + ROUNDING;
      const after = allowed ? used + 1 : used;
      spent.requests = after;
      spent.at = now;
      const free = perMinute - after;
      return {
        allowed,
        remaining: Math.max(0, Math.floor(free + ROUNDING)),
        restoredMs: after * interval,
        retryMs: Math.max(0, (1 - free - ROUNDING) * interval),
      };
    },
    get size() {
      return tenants.size;
    },
  };
}

/** What one request did to a tenant's quota. */
export interface Charged {
  readonly allowed: boolean;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Milliseconds until the quota is whole again if nothing more is asked. */
  readonly restoredMs: number;
  /** Milliseconds until the next request is allowed; 0 where one remains. */
  readonly retryMs: number;
}

export interface RateQuota {
  readonly perMinute: number;
  /** Charges one request at `now`, in milliseconds on a clock that never goes back. What is refused costs nothing. */
  charge(tenant_id: string, now: number): Charged;
  /** Tenants that are remembered. */
  readonly size: number;
}

const WINDOW_MS = 60_000;
/** A guess at a tenant's past errs to its favour: more tenants than this within a minute and some begin anew. */
const MOST_TENANTS = 100_000;
/** Sums of intervals that no binary fraction holds must not cost a request. */
const ROUNDING_MS = 1e-6;

/**
 * At most `perMinute` requests at once, and as many a minute from then on, evenly: the generic cell rate algorithm,
 * which needs one number for each tenant, the time at which its quota is whole again.
 * Source: ATM Forum Traffic Management 4.1, section 4.4 (virtual scheduling).
 */
export function createRateQuota(perMinute: number, mostTenants = MOST_TENANTS): RateQuota {
  const interval = WINDOW_MS / perMinute;
  // In the order of their last request: whoever came to it before the window began is whole again, and forgotten.
  const wholeAt = new Map<string, number>();

  function forget(now: number): void {
    for (const [tenant_id, at] of wholeAt) {
      if (at > now && wholeAt.size <= mostTenants) return;
      wholeAt.delete(tenant_id);
    }
  }

  return {
    perMinute,
    charge(tenant_id, now) {
      const before = Math.max(wholeAt.get(tenant_id) ?? now, now);
      const after = before + interval;
      const allowed = after - now <= WINDOW_MS + ROUNDING_MS;
      const at = allowed ? after : before;
      wholeAt.delete(tenant_id);
      wholeAt.set(tenant_id, at);
      forget(now);
      const free = WINDOW_MS - (at - now);
      return {
        allowed,
        remaining: Math.max(0, Math.floor((free + ROUNDING_MS) / interval)),
        restoredMs: at - now,
        retryMs: Math.max(0, interval - free - ROUNDING_MS),
      };
    },
    get size() {
      return wholeAt.size;
    },
  };
}

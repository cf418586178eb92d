/** A place for one operation, taken before it is recorded. */
export interface Place {
  /** The store has answered: the operation is recorded, or was there already and the place is free again. */
  settle(outcome: 'used' | 'free'): void;
}

/** How many unfinished operations a tenant may have. */
export interface UnfinishedQuota {
  readonly limit: number;
  /** `undefined`: the tenant has as many as it may. Rejects as `count` does. */
  take(tenant_id: string): Promise<Place | undefined>;
  /**
   * Whether the tenant had as many as it may when it was last looked for. Known from memory; only of a tenant that was
   * found so the store is asked again, once a second. Rejects as `count` does.
   */
  isFull(tenant_id: string): Promise<boolean>;
  /**
   * Counts an operation that was recorded without a place. Never refuses nor rejects, but makes the next look come as soon
   * as if a place had been taken.
   */
  add(tenant_id: string): Promise<void>;
}

export interface UnfinishedOptions {
  readonly limit: number;
  /** Unfinished operations of the tenant as the store has them, counted no further than `upTo`. */
  readonly count: (tenant_id: string, upTo: number) => Promise<number>;
  /** Milliseconds, on a clock that never goes back. */
  readonly now: () => number;
}

/** The part of what is left that is given away before the store is asked again. */
const SHARE = 1 / 20;
/** A tenant that was found at its limit is refused for so long without asking again. */
const REFUSE_MS = 1000;
const MOST_TENANTS = 10_000;

interface Tenant {
  /** Places to give away before the next look. */
  left: number;
  /** Was found to be so by the last look. */
  full: boolean;
  refusedUntil: number;
  looking: Promise<void> | undefined;
  /** Taken and not yet settled: a look may or may not see them. */
  readonly pending: Set<Promise<void>>;
}

/**
 * A limit without a counter that every request would have to write: an instance gives away a twentieth of what the
 * tenant had left when it last looked, one at least, and then looks again. An instance that does not know the tenant
 * takes the whole limit to be left, so that an ordinary submission costs the store nothing more.
 *
 * Alone, an instance that has looked is exact. Each of `n` instances may hold a twentieth that the others have used up
 * since, so together they exceed the limit by at most `n / 20` of it, or by one operation each if that is more. What is
 * added without a place comes on top: as much as is let in before the next look finds the tenant full.
 */
export function createUnfinishedQuota({ limit, count, now }: UnfinishedOptions): UnfinishedQuota {
  // In the order of their last use.
  const tenants = new Map<string, Tenant>();
  const shareOf = (left: number) => Math.max(1, Math.floor(left * SHARE));

  function remembered(tenant_id: string): Tenant {
    const tenant: Tenant = tenants.get(tenant_id) ?? {
      left: shareOf(limit),
      full: false,
      refusedUntil: Number.NEGATIVE_INFINITY,
      looking: undefined,
      pending: new Set(),
    };
    tenants.delete(tenant_id);
    tenants.set(tenant_id, tenant);
    const [oldest] = tenants.keys();
    if (tenants.size > MOST_TENANTS && oldest !== undefined) tenants.delete(oldest);
    return tenant;
  }

  async function look(tenant_id: string, tenant: Tenant): Promise<void> {
    const pending = [...tenant.pending];
    const before = tenant.left;
    const known = await count(tenant_id, limit);
    tenant.full = known >= limit;
    if (tenant.full) {
      tenant.refusedUntil = now() + REFUSE_MS;
      return;
    }
    const left = limit - known - pending.length;
    // What was added and given back meanwhile is in no count.
    if (left > 0) tenant.left += shareOf(left) - before;
    else await Promise.race(pending);
  }

  /** One look for all who want to know at that time. */
  function lookOnce(tenant_id: string, tenant: Tenant): Promise<void> {
    tenant.looking ??= look(tenant_id, tenant).finally(() => {
      tenant.looking = undefined;
    });
    return tenant.looking;
  }

  return {
    limit,
    async take(tenant_id) {
      const tenant = remembered(tenant_id);
      while (tenant.left <= 0) {
        if (now() < tenant.refusedUntil) return undefined;
        await lookOnce(tenant_id, tenant);
      }
      tenant.left -= 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      tenant.pending.add(promise);
      return {
        settle(outcome) {
          if (!tenant.pending.delete(promise)) return;
          if (outcome === 'free') tenant.left += 1;
          resolve();
        },
      };
    },
    async isFull(tenant_id) {
      const tenant = tenants.get(tenant_id);
      if (!tenant?.full) return false;
      if (now() >= tenant.refusedUntil) await lookOnce(tenant_id, tenant);
      return tenant.full;
    },
    async add(tenant_id) {
      const tenant = remembered(tenant_id);
      tenant.left -= 1;
      if (tenant.left > 0 || now() < tenant.refusedUntil) return;
      // A look that fails leaves the next one to ask.
      await lookOnce(tenant_id, tenant).catch(() => undefined);
    },
  };
}

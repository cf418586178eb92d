/** A place for one operation, taken before it is recorded. Both may be told in this order, and each again. */
export interface Place {
  /** The store has the operation, or may have it: looks count it from here on. */
  recorded(): void;
  /** There is no such unfinished operation, or it has finished: another may have the place. */
  free(): void;
}

/** How many unfinished operations a tenant may have. */
export interface UnfinishedQuota {
  readonly limit: number;
  /**
   * `undefined`: the tenant has as many as it may. A `lasting` place is for what is worked on before it is recorded, if it
   * ever is: nobody waits to see whether it becomes free. Rejects as `count` does.
   */
  take(tenant_id: string, options?: { readonly lasting?: boolean }): Promise<Place | undefined>;
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
  refusedUntil: number;
  looking: Promise<void> | undefined;
  /** Taken and not yet recorded, so that a look may not see them: the ends of those that will not last, else nothing. */
  readonly unseen: Map<Place, Promise<void> | undefined>;
}

/**
 * A limit without a counter that every request would have to write: an instance gives away a twentieth of what the
 * tenant had left when it last looked, one at least, and then looks again. An instance that does not know the tenant
 * takes the whole limit to be left, so that an ordinary submission costs the store nothing more.
 *
 * Alone, an instance that has looked is exact. Each of `n` instances may hold a twentieth that the others have used up
 * since, so together they exceed the limit by at most `n / 20` of it, or by one operation each if that is more. Lasting
 * places of one instance are seen by the others only when they are recorded: those come on top, up to the limit for each.
 */
export function createUnfinishedQuota({ limit, count, now }: UnfinishedOptions): UnfinishedQuota {
  // In the order of their last use.
  const tenants = new Map<string, Tenant>();
  const shareOf = (left: number) => Math.max(1, Math.floor(left * SHARE));

  function remembered(tenant_id: string): Tenant {
    const tenant: Tenant = tenants.get(tenant_id) ?? {
      left: shareOf(limit),
      refusedUntil: Number.NEGATIVE_INFINITY,
      looking: undefined,
      unseen: new Map(),
    };
    tenants.delete(tenant_id);
    tenants.set(tenant_id, tenant);
    const [oldest] = tenants.keys();
    if (tenants.size > MOST_TENANTS && oldest !== undefined) tenants.delete(oldest);
    return tenant;
  }

  async function look(tenant_id: string, tenant: Tenant): Promise<void> {
    const unseen = [...tenant.unseen.values()];
    const before = tenant.left;
    const known = await count(tenant_id, limit);
    const left = limit - known - unseen.length;
    const ending = unseen.filter((end) => end !== undefined);
    // What was given back meanwhile is in no count.
    if (left > 0) tenant.left += shareOf(left) - before;
    else if (known < limit && ending.length > 0) await Promise.race(ending);
    else tenant.refusedUntil = now() + REFUSE_MS;
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
    async take(tenant_id, { lasting = false } = {}) {
      const tenant = remembered(tenant_id);
      while (tenant.left <= 0) {
        if (now() < tenant.refusedUntil) return undefined;
        await lookOnce(tenant_id, tenant);
      }
      tenant.left -= 1;
      return place(tenant, lasting);
    },
  };

  function place(tenant: Tenant, lasting: boolean): Place {
    const { promise: seen, resolve } = Promise.withResolvers<void>();
    let isFree = false;
    const taken: Place = {
      recorded() {
        tenant.unseen.delete(taken);
        resolve();
      },
      free() {
        if (isFree) return;
        isFree = true;
        // Never more than is given away without a look.
        tenant.left = Math.min(tenant.left + 1, shareOf(limit));
        taken.recorded();
      },
    };
    tenant.unseen.set(taken, lasting ? undefined : seen);
    return taken;
  }
}

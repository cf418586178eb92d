import { Bag } from '../bag.ts';
import { Generations } from '../generations.ts';

/** A place for one operation, taken before it is recorded. Call `recorded`, `free`, or both in this order; repeating is safe. */
export interface Place {
  /** The store has the operation, or may have it. The next count in the store includes it. */
  recorded(): void;
  /** The operation was not recorded, or it has finished. Another operation may take the place. */
  free(): void;
}

/** How many unfinished operations a tenant may have. */
export interface UnfinishedQuota {
  readonly limit: number;
  /**
   * Takes a place; `undefined` if the tenant is at its limit. A `lasting` place is for work that may never be recorded:
   * other requests do not wait to see whether it becomes free. Rejects as `count` does.
   */
  take(tenant_id: string, options?: { readonly lasting?: boolean }): Promise<Place | undefined>;
}

export interface UnfinishedOptions {
  readonly limit: number;
  /** Counts the tenant's unfinished operations in the store, up to `upTo`. */
  readonly count: (tenant_id: string, upTo: number) => Promise<number>;
  /** Milliseconds, on a clock that never goes back. */
  readonly now: () => number;
}

/** The share of the remaining limit that an instance gives away before it counts in the store again. */
const SHARE = 1 / 20;
/** A tenant found at its limit is refused for so long without another count. */
const REFUSE_MS = 1000;
/** At most so many tenants are remembered. Half as many can make a tenant forgotten. */
const MOST_TENANTS = 10_000;

interface Tenant {
  /** Places to give away before the next count. */
  left: number;
  refusedUntil: number;
  looking: Promise<void> | undefined;
  /** Places taken but not yet recorded, which a count may miss. */
  readonly unseen: Bag<Taken>;
}

interface Taken extends Place {
  readonly lasting: boolean;
  /** Resolves when the place is recorded or free. */
  ended(): Promise<void>;
}

/**
 * Keeps a limit without a counter that every request would have to write. An instance counts in the store, gives away a
 * twentieth of what is left, at least one place, and counts again. It assumes the whole limit for a tenant that it does not
 * know, so an ordinary submission costs the store nothing.
 *
 * A single instance that has counted is exact. Each of `n` instances may give away a twentieth that the others have used
 * since. Together they exceed the limit by at most `n / 20` of it, or by one operation each if that is more. Lasting places
 * are visible to other instances only when they are recorded, so each instance may add up to the limit in such places.
 */
export function createUnfinishedQuota({ limit, count, now }: UnfinishedOptions): UnfinishedQuota {
  const tenants = new Generations<Tenant>({ most: MOST_TENANTS });
  const shareOf = (left: number) => Math.max(1, Math.floor(left * SHARE));

  const unknown = (): Tenant => ({
    left: shareOf(limit),
    refusedUntil: Number.NEGATIVE_INFINITY,
    looking: undefined,
    unseen: new Bag(),
  });

  async function look(tenant_id: string, tenant: Tenant): Promise<void> {
    const unseen = [...tenant.unseen];
    const ending = unseen.filter(({ lasting }) => !lasting).map((place) => place.ended());
    const before = tenant.left;
    const known = await count(tenant_id, limit);
    const left = limit - known - unseen.length;
    // The count does not know what was given back while it ran.
    if (left > 0) tenant.left += shareOf(left) - before;
    else if (known < limit && ending.length > 0) await Promise.race(ending);
    else tenant.refusedUntil = now() + REFUSE_MS;
  }

  /** Requests that need a count at the same time share one. */
  function lookOnce(tenant_id: string, tenant: Tenant): Promise<void> {
    tenant.looking ??= look(tenant_id, tenant).finally(() => {
      tenant.looking = undefined;
    });
    return tenant.looking;
  }

  return {
    limit,
    async take(tenant_id, { lasting = false } = {}) {
      const tenant = tenants.recall(tenant_id) ?? tenants.remember(tenant_id, unknown());
      while (tenant.left <= 0) {
        if (now() < tenant.refusedUntil) return undefined;
        await lookOnce(tenant_id, tenant);
      }
      tenant.left -= 1;
      return place(tenant, lasting);
    },
  };

  function place(tenant: Tenant, lasting: boolean): Place {
    // Made where somebody waits for it, which is rare.
    let end: PromiseWithResolvers<void> | undefined;
    let isOver = false;
    let isFree = false;
    const taken: Taken = {
      lasting,
      ended() {
        if (isOver) return Promise.resolve();
        end ??= Promise.withResolvers();
        return end.promise;
      },
      recorded() {
        if (isOver) return;
        isOver = true;
        tenant.unseen.delete(taken);
        end?.resolve();
      },
      free() {
        if (isFree) return;
        isFree = true;
        // Never more than an instance gives away without a count.
        tenant.left = Math.min(tenant.left + 1, shareOf(limit));
        taken.recorded();
      },
    };
    tenant.unseen.add(taken);
    return taken;
  }
}

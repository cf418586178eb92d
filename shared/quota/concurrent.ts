/** The share of all places that one tenant may have, so that others always find some. */
export const TENANT_SHARE = 1 / 2;
/** The share of its places that a saturated process gives away. */
export const SATURATED_SHARE = 1 / 4;

/** How many requests a tenant may have under way in one process. */
export interface ConcurrentQuota {
  /** The limit at this moment. */
  readonly limit: number;
  /** Takes a place and returns the function that gives it back; `undefined` if the tenant is at its limit. */
  enter(tenant_id: string): (() => void) | undefined;
  /** Tenants that have a request under way. */
  readonly size: number;
}

/**
 * Allows up to `most` requests of a tenant at once. While the process is saturated, it allows only a share of that, so that
 * one tenant cannot take all places that are left.
 */
export function createConcurrentQuota(most: number, saturated: () => boolean): ConcurrentQuota {
  const few = Math.max(1, Math.floor(most * SATURATED_SHARE));
  const underWay = new Map<string, number>();
  const add = (tenant_id: string, change: number) => {
    const count = (underWay.get(tenant_id) ?? 0) + change;
    if (count > 0) underWay.set(tenant_id, count);
    else underWay.delete(tenant_id);
  };
  return {
    get limit() {
      return saturated() ? few : most;
    },
    enter(tenant_id) {
      const count = underWay.get(tenant_id) ?? 0;
      if (count >= most || (count >= few && saturated())) return undefined;
      add(tenant_id, 1);
      return () => add(tenant_id, -1);
    },
    get size() {
      return underWay.size;
    },
  };
}

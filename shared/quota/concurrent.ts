/** The part of the places of a process that is given away while it is saturated. */
export const SATURATED_SHARE = 1 / 4;

/** How many requests a tenant may have under way in one process. */
export interface ConcurrentQuota {
  /** At this moment. */
  readonly limit: number;
  /** Takes a place, which what is returned gives back; `undefined`: the tenant has as many as it may. */
  enter(tenant_id: string): (() => void) | undefined;
  /** Tenants that have a request under way. */
  readonly size: number;
}

/**
 * Up to `most`; while the process is saturated the same share of it as of all places, or one tenant's requests could
 * take all that there are then.
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

/** How many requests a tenant may have under way in one process. */
export interface ConcurrentQuota {
  readonly limit: number;
  /** Takes a place, which what is returned gives back; `undefined`: the tenant has as many as it may. */
  enter(tenant_id: string): (() => void) | undefined;
  /** Tenants that have a request under way. */
  readonly size: number;
}

export function createConcurrentQuota(limit: number): ConcurrentQuota {
  const underWay = new Map<string, number>();
  const add = (tenant_id: string, change: number) => {
    const count = (underWay.get(tenant_id) ?? 0) + change;
    if (count > 0) underWay.set(tenant_id, count);
    else underWay.delete(tenant_id);
  };
  return {
    limit,
    enter(tenant_id) {
      if ((underWay.get(tenant_id) ?? 0) >= limit) return undefined;
      add(tenant_id, 1);
      return () => add(tenant_id, -1);
    },
    get size() {
      return underWay.size;
    },
  };
}

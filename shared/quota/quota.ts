import { createRateQuota, type RateQuota } from './rate.ts';
import { createUnfinishedQuota, type UnfinishedQuota } from './unfinished.ts';

/** How much of the service one tenant may use, so that the others get their part. */
export interface Quota {
  readonly rate: RateQuota;
  readonly unfinished: UnfinishedQuota;
}

export interface QuotaLimits {
  readonly requestsPerMinute: number;
  readonly unfinishedOperations: number;
}

/** The quota of a process. Its clock is monotonic, so that a change of the machine's clock has no effect. */
export const createQuota = (
  { requestsPerMinute, unfinishedOperations }: QuotaLimits,
  store: { countUnfinished(tenant_id: string, upTo: number): Promise<number> },
): Quota => ({
  rate: createRateQuota(requestsPerMinute),
  unfinished: createUnfinishedQuota({
    limit: unfinishedOperations,
    count: (tenant_id, upTo) => store.countUnfinished(tenant_id, upTo),
    now: () => performance.now(),
  }),
});

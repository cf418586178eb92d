import { createRateQuota, type RateQuota } from './rate.ts';
import { createUnfinishedQuota, type UnfinishedQuota } from './unfinished.ts';

/** What one tenant may have of the service, so that the others have the rest. */
export interface Quota {
  readonly rate: RateQuota;
  readonly unfinished: UnfinishedQuota;
}

export interface QuotaLimits {
  readonly requestsPerMinute: number;
  readonly unfinishedOperations: number;
}

/** The quota of a process. Its clock is monotonic: setting the machine's clock lets nobody in and locks nobody out. */
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

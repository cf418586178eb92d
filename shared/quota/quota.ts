import type { OperationStore } from '../operations/store.ts';
import { type ConcurrentQuota, createConcurrentQuota } from './concurrent.ts';
import { createRateQuota, type RateQuota } from './rate.ts';
import { createUnfinishedQuota, type UnfinishedQuota } from './unfinished.ts';

/** What one tenant may have of the service, so that the others have the rest. */
export interface Quota {
  readonly rate: RateQuota;
  readonly concurrent: ConcurrentQuota;
  readonly unfinished: UnfinishedQuota;
}

export interface QuotaLimits {
  readonly requestsPerMinute: number;
  readonly unfinishedOperations: number;
  /** Without: as many as the process takes. */
  readonly concurrentRequests?: number;
}

/** The quota of a process, which says whether it is `saturated`. Its clock is monotonic: setting the machine's clock lets nobody in and locks nobody out. */
export const createQuota = (
  { requestsPerMinute, unfinishedOperations, concurrentRequests = Number.POSITIVE_INFINITY }: QuotaLimits,
  store: Pick<OperationStore, 'countUnfinished'>,
  saturated: () => boolean = () => false,
): Quota => ({
  rate: createRateQuota(requestsPerMinute),
  concurrent: createConcurrentQuota(concurrentRequests, saturated),
  unfinished: createUnfinishedQuota({
    limit: unfinishedOperations,
    count: (tenant_id, upTo) => store.countUnfinished(tenant_id, upTo),
    now: () => performance.now(),
  }),
});

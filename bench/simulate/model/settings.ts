import type { InstanceSettings } from './instances.ts';
import type { ProviderSettings } from './provider.ts';
import type { Duration } from './random.ts';
import type { QueueSettings } from './task-queue.ts';

/** When operations come. Times are milliseconds. */
export type Arrivals =
  /** A Poisson process, for so long. */
  | { readonly kind: 'poisson'; readonly perSecond: number; readonly forMs: number }
  /** At these times. */
  | { readonly kind: 'times'; readonly atMs: readonly number[] };

/** Everything that a run of the model depends on. The same settings give the same outcome. */
export interface Settings {
  readonly seed: number;
  readonly arrivals: Arrivals;
  /** Each arrival is one of so many tenants, all alike. */
  readonly tenants: number;
  readonly quota: {
    readonly requestsPerMinute: number;
    /** Instances of `submit`: each counts requests for itself. */
    readonly submitInstances: number;
    readonly unfinishedOperations: number;
  };
  /** One queue for each, and an operation's id chooses. */
  readonly queues: number;
  readonly queue: QueueSettings;
  readonly worker: InstanceSettings;
  readonly provider: ProviderSettings;
  readonly limits: {
    readonly maxAttempts: number;
    readonly maxAgeMs: number;
    readonly attemptTimeoutMs: number;
  };
  /** Milliseconds of single steps. */
  readonly steps: {
    /** One call of the store. */
    readonly storeReadMs: number;
    readonly storeWriteMs: number;
    /** From the request that makes a task to its first dispatch at the worker, where the queue has room. */
    readonly enqueue: Duration;
    /** Of processor: token, claim and what leads to the call of the model. */
    readonly claimProcessorMs: number;
    /** Of processor: what is made of the model's answer, and the last write. */
    readonly finishProcessorMs: number;
  };
  readonly sweepEveryMs: number;
  /** Share of the tasks that get lost on their way into the queue. */
  readonly lostTasks: number;
}

import type { Log } from '../log.ts';
import type { TaskQueue } from '../queue/port.ts';
import type { Quota } from '../quota/quota.ts';
import type { Kinds } from './kind.ts';
import type { Limits } from './record/transitions.ts';
import type { OperationStore } from './store/port.ts';

/** What the core needs from outside. The composition root builds it once. */
export interface Services {
  readonly store: OperationStore;
  readonly queue: TaskQueue;
  readonly kinds: Kinds;
  readonly quota: Quota;
  readonly log: Log;
  /** Google Cloud project, for the names of traces in the log. */
  readonly project: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly limits: Limits & {
    /** In UTF-16 code units. A longer text goes to the queue. */
    readonly syncTextThreshold: number;
    readonly syncTimeoutMs: number;
    readonly attemptTimeoutMs: number;
    readonly ttlDays: number;
  };
}

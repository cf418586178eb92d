import type { Log } from '../log.ts';
import type { TaskQueue } from '../queue/port.ts';
import type { Quota } from '../quota/quota.ts';
import type { Kinds } from './kind.ts';
import type { Limits } from './record/transitions.ts';
import type { OperationStore } from './store/port.ts';

/** What the operation's life needs from outside. Built once, by the composition root. */
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
    /** UTF-16 code units; a longer text goes to the queue. */
    readonly syncTextThreshold: number;
    readonly syncTimeoutMs: number;
    readonly attemptTimeoutMs: number;
    readonly ttlDays: number;
  };
}

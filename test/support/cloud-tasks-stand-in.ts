import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueConfig } from '../../local/cloud-tasks/dispatcher.ts';
import { acknowledged } from '../../local/cloud-tasks/outcome.ts';
import type { Dispatch, Send } from '../../local/cloud-tasks/send.ts';
import {
  type CloudTasksStandIn,
  type CloudTasksStandInOptions,
  type CreateFault,
  startCloudTasksStandIn,
} from '../../local/cloud-tasks/stand-in.ts';
import { ApiError } from '../../local/cloud-tasks/task-resource.ts';

/** How often each fault happens, 0 to 1, and how long those last that last. */
export interface FaultRates {
  /** A create is answered 503 and not applied. */
  readonly refuse: number;
  /** A create is applied and its connection cut without an answer. */
  readonly cutAnswer: number;
  /** A create is applied and never answered. */
  readonly noAnswer: number;
  /** A task is due up to `postponeMs` later than asked: later ones overtake it. */
  readonly postpone: number;
  readonly postponeMs: number;
  /** A dispatch is held back up to `delayMs`. */
  readonly delay: number;
  readonly delayMs: number;
  /** A dispatch is made twice at once. */
  readonly duplicate: number;
  /** A task that was acknowledged is dispatched again, up to `repeatAfterMs` later. */
  readonly repeat: number;
  readonly repeatAfterMs: number;
}

const NO_FAULTS: FaultRates = {
  refuse: 0,
  cutAnswer: 0,
  noAnswer: 0,
  postpone: 0,
  postponeMs: 200,
  delay: 0,
  delayMs: 100,
  duplicate: 0,
  repeat: 0,
  repeatAfterMs: 100,
};

type Fault = 'refuse' | 'cutAnswer' | 'noAnswer' | 'postpone' | 'delay' | 'duplicate' | 'repeat';

const REFUSALS = {
  429: new ApiError(429, 'RESOURCE_EXHAUSTED', 'the quota is used up'),
  503: new ApiError(503, 'UNAVAILABLE', 'try again later'),
  403: new ApiError(403, 'PERMISSION_DENIED', 'the caller does not have permission'),
} as const;

/**
 * Faults at random, or the next n for certain. Chance depends on the seed, the task and the attempt only, not on
 * what runs beside them, so a seed means the same faults again.
 */
export class QueueFaults {
  readonly #seed: number;
  readonly #certain = new Map<Fault, number>();
  readonly #attempts = new Map<string, number>();
  readonly #extra = new Set<Promise<unknown>>();
  #refusal: keyof typeof REFUSALS = 503;
  #dealt: CreateFault[] = [];
  readonly #dealtTo = new Map<string, CreateFault>();
  rates: FaultRates;
  readonly #underWay = new Set<AbortController>();
  /** How often each fault has happened. */
  readonly count: Record<Fault, number> = {
    refuse: 0,
    cutAnswer: 0,
    noAnswer: 0,
    postpone: 0,
    delay: 0,
    duplicate: 0,
    repeat: 0,
  };

  constructor(seed: number, rates: Partial<FaultRates> = {}) {
    this.#seed = seed;
    this.rates = { ...NO_FAULTS, ...rates };
  }

  /** The next `times` occasions of a fault are taken. `refuse` answers `status` from here on. */
  next(fault: Fault, times = 1, status: keyof typeof REFUSALS = 503): void {
    this.#certain.set(fault, times);
    if (fault === 'refuse') this.#refusal = status;
  }

  /** The next tasks that nobody has asked for before get one of these each, in this order, however often they are asked for. */
  deal(...faults: readonly (keyof typeof REFUSALS | 'cut' | 'never')[]): void {
    this.#dealt = faults.map((fault) =>
      typeof fault === 'number' ? { refuse: REFUSALS[fault] } : { answer: fault },
    );
  }

  /** Nothing goes wrong from here on. */
  clear(): void {
    this.#dealt = [];
    this.#dealtTo.clear();
    this.#certain.clear();
    this.rates = NO_FAULTS;
  }

  /** Breaks off the dispatches that are under way, as if they had taken too long. */
  passDeadline(): void {
    for (const dispatch of this.#underWay) dispatch.abort();
  }

  /** Resolves when no extra dispatch is under way or to come. */
  async settled(): Promise<void> {
    while (this.#extra.size > 0) await Promise.all(this.#extra);
  }

  readonly onCreate = (task: string): CreateFault => {
    const attempt = (this.#attempts.get(task) ?? 0) + 1;
    this.#attempts.set(task, attempt);
    const dealt = this.#dealtTo.get(task) ?? this.#dealt.shift();
    if (dealt !== undefined) {
      this.#dealtTo.set(task, dealt);
      return dealt;
    }
    const key = `${task} ${attempt}`;
    if (this.#happens('refuse', key)) return { refuse: REFUSALS[this.#refusal] };
    const postponeMs = this.#happens('postpone', key)
      ? this.#chance('postpone for', key) * this.rates.postponeMs
      : 0;
    if (this.#happens('cutAnswer', key)) return { postponeMs, answer: 'cut' };
    if (this.#happens('noAnswer', key)) return { postponeMs, answer: 'never' };
    return { postponeMs };
  };

  readonly intercept = (sendOn: Send): Send => {
    const send: Send = async (dispatch, signal) => {
      const deadline = new AbortController();
      this.#underWay.add(deadline);
      const outcome = await sendOn(dispatch, AbortSignal.any([signal, deadline.signal]));
      this.#underWay.delete(deadline);
      return deadline.signal.aborted && 'reason' in outcome
        ? { reason: 'DEADLINE_EXCEEDED', detail: 'no response in time' }
        : outcome;
    };
    const extra = async (dispatch: Dispatch, signal: AbortSignal, afterMs: number): Promise<void> => {
      await sleep(afterMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await send(dispatch, signal);
    };
    const track = (promise: Promise<void>): void => {
      const tracked = promise.finally(() => this.#extra.delete(tracked));
      this.#extra.add(tracked);
    };
    return async (dispatch, signal) => {
      const { 'X-CloudTasks-TaskName': task, 'X-CloudTasks-TaskRetryCount': retry } = dispatch.attemptHeaders;
      const key = `${task} ${retry}`;
      if (this.#happens('delay', key)) {
        const delayMs = this.#chance('delay for', key) * this.rates.delayMs;
        await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      }
      if (this.#happens('duplicate', key)) track(extra(dispatch, signal, 0));
      const outcome = await send(dispatch, signal);
      if (acknowledged(outcome) && this.#happens('repeat', key)) {
        track(extra(dispatch, signal, this.#chance('repeat after', key) * this.rates.repeatAfterMs));
      }
      return outcome;
    };
  };

  #happens(fault: Fault, key: string): boolean {
    const certain = this.#certain.get(fault) ?? 0;
    if (certain > 0) this.#certain.set(fault, certain - 1);
    const happens = certain > 0 || this.#chance(fault, key) < this.rates[fault];
    if (happens) this.count[fault] += 1;
    return happens;
  }

  #chance(what: string, key: string): number {
    const digest = createHash('sha256').update(`${this.#seed} ${what} ${key}`).digest();
    return digest.readUInt32BE() / 2 ** 32;
  }
}

export const PROJECT = 'test-project';
export const LOCATION = 'asia-south1';
export const QUEUE = 'operations';

export interface FaultyStandIn extends CloudTasksStandIn, AsyncDisposable {
  readonly faults: QueueFaults;
}

type Setup = Partial<Omit<CloudTasksStandInOptions, 'queue' | 'onCreate' | 'intercept'>> & {
  readonly queue?: Partial<QueueConfig>;
  readonly seed?: number;
  readonly rates?: Partial<FaultRates>;
};

/** A stand-in for Cloud Tasks with quick retries, and faults on request. */
export const startStandIn = async ({
  queue,
  seed = 1,
  rates,
  ...options
}: Setup = {}): Promise<FaultyStandIn> => {
  const faults = new QueueFaults(seed, rates);
  const standIn = await startCloudTasksStandIn({
    project: PROJECT,
    location: LOCATION,
    queue: {
      name: QUEUE,
      maxConcurrentDispatches: 8,
      minBackoffMs: 10,
      maxBackoffMs: 200,
      maxAttempts: 100,
      ...queue,
    },
    onCreate: faults.onCreate,
    intercept: faults.intercept,
    ...options,
  });
  const close = async (): Promise<void> => {
    await standIn.close();
    await faults.settled();
  };
  return { ...standIn, faults, close, [Symbol.asyncDispose]: close };
};

import { type Backoff, backoffMs } from '../../../shared/queue/backoff.ts';
import type { Agenda } from './agenda.ts';
import type { Random } from './random.ts';

export interface QueueSettings {
  readonly dispatchesPerSecond: number;
  readonly concurrentDispatches: number;
  /** Of a task that was not acknowledged. */
  readonly backoff: Backoff;
  /** With the first. Then the task is deleted without a word. */
  readonly maxDispatches: number;
}

export interface SimulatedTask {
  /** A living task's name is not taken again; nor is a name of the last hour, which this model does not need. */
  readonly name: string;
  /** Hands the task to the worker, which answers by `end` once. */
  readonly dispatch: (dispatch: Dispatch) => void;
}

export interface Dispatch {
  /** Dispatches before this one. */
  readonly retries: number;
  readonly lastStatus: number | undefined;
  readonly end: (status: number) => void;
}

type Live = { readonly task: SimulatedTask; retries: number; lastStatus: number | undefined };

/** The size of the token bucket: a fifth of the rate, at most 500. Source: `RateLimits` of the Cloud Tasks API, v2. */
const burstOf = (perSecond: number): number => Math.min(500, Math.max(1, perSecond / 5));

/**
 * A queue of Cloud Tasks: a token bucket, a limit of dispatches at once, exponential backoff, and a worker's 429 or 503 that
 * slows the whole queue. How Cloud Tasks slows down is not documented; this does as `local/cloud-tasks/throttle.ts` does,
 * which a test compares.
 */
export class TaskQueueModel {
  readonly #agenda: Agenda;
  readonly #settings: QueueSettings;
  readonly #random: Random;
  readonly #names = new Set<string>();
  readonly #ready: Live[] = [];
  #readyFrom = 0;
  #underWay = 0;
  #limit: number;
  #held = false;
  /** Times that the queue was slowed since the last acknowledgement. */
  #slowed = 0;
  #tokens: number;
  #filledAt = 0;
  #refilling = false;
  created = 0;
  dispatched = 0;
  givenUp = 0;

  constructor(agenda: Agenda, settings: QueueSettings, random: Random) {
    this.#agenda = agenda;
    this.#settings = settings;
    this.#random = random;
    this.#limit = settings.concurrentDispatches;
    this.#tokens = burstOf(settings.dispatchesPerSecond);
  }

  /** Dispatches at once that are allowed now. */
  get limit(): number {
    return this.#held ? 0 : this.#limit;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Tasks that could be dispatched now. */
  get waiting(): number {
    return this.#ready.length - this.#readyFrom;
  }

  add(task: SimulatedTask, delayMs = 0): boolean {
    if (this.#names.has(task.name)) return false;
    this.#names.add(task.name);
    this.created += 1;
    this.#wait({ task, retries: 0, lastStatus: undefined }, delayMs);
    return true;
  }

  #wait(live: Live, delayMs: number): void {
    this.#agenda.after(delayMs, () => {
      this.#ready.push(live);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.waiting > 0 && this.#underWay < this.limit && this.#takeToken()) {
      const live = this.#ready[this.#readyFrom] as Live;
      this.#readyFrom += 1;
      this.#dispatch(live);
    }
    // The list is shortened seldom, because each time costs its length.
    if (this.#readyFrom > 1000 && this.#readyFrom * 2 > this.#ready.length) {
      this.#ready.splice(0, this.#readyFrom);
      this.#readyFrom = 0;
    }
  }

  #takeToken(): boolean {
    const { dispatchesPerSecond } = this.#settings;
    if (dispatchesPerSecond === Number.POSITIVE_INFINITY) return true;
    const { now } = this.#agenda;
    const gained = ((now - this.#filledAt) / 1000) * dispatchesPerSecond;
    this.#tokens = Math.min(burstOf(dispatchesPerSecond), this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens >= 1 - 1e-9) {
      this.#tokens -= 1;
      return true;
    }
    if (!this.#refilling) {
      this.#refilling = true;
      this.#agenda.after(((1 - this.#tokens) / dispatchesPerSecond) * 1000, () => {
        this.#refilling = false;
        this.#pump();
      });
    }
    return false;
  }

  #dispatch(live: Live): void {
    this.#underWay += 1;
    this.dispatched += 1;
    live.task.dispatch({
      retries: live.retries,
      lastStatus: live.lastStatus,
      end: (status) => {
        this.#underWay -= 1;
        live.lastStatus = status;
        if (status >= 200 && status < 300) this.#acknowledge(live);
        else this.#retry(live, status);
        this.#pump();
      },
    });
  }

  #acknowledge(live: Live): void {
    this.#slowed = 0;
    this.#limit = Math.min(this.#settings.concurrentDispatches, this.#limit + 1);
    this.#names.delete(live.task.name);
  }

  #retry(live: Live, status: number): void {
    const { backoff, maxDispatches } = this.#settings;
    if (status === 429 || status === 503) this.#slowDown();
    if (live.retries + 1 >= maxDispatches) {
      this.#names.delete(live.task.name);
      this.givenUp += 1;
      return;
    }
    const delayMs = backoffMs(live.retries, backoff, this.#random);
    live.retries += 1;
    this.#wait(live, delayMs);
  }

  /** Answers of dispatches that began before the queue was stopped change nothing again. */
  #slowDown(): void {
    if (this.#held) return;
    const { backoff } = this.#settings;
    const holdMs = Math.min(backoff.maxMs, backoffMs(this.#slowed, backoff, this.#random));
    this.#slowed += 1;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#held = true;
    this.#agenda.after(holdMs, () => {
      this.#held = false;
      this.#pump();
    });
  }
}

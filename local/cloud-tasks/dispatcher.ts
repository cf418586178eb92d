import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../shared/queue/backoff.ts';
import { acknowledged, type Outcome } from './outcome.ts';
import { RecentNames } from './recent-names.ts';
import { Throttle } from './throttle.ts';

/** A queue's configuration: the part of Cloud Tasks' `RateLimits` and `RetryConfig` that is followed here. */
export interface QueueConfig {
  readonly name: string;
  readonly maxConcurrentDispatches: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** The most attempts, including the first. Then the task is deleted. Infinity: no limit. */
  readonly maxAttempts: number;
}

export interface QueuedTask {
  /** Short name, unique in the queue while the task lives and for an hour after. */
  readonly name: string;
  /** Milliseconds since the epoch; not dispatched sooner. */
  readonly scheduleAt: number;
}

/** A task that is waiting or being dispatched. */
export interface LiveTask<T extends QueuedTask> {
  readonly task: T;
  /** Attempts begun before the present or next one. */
  readonly retries: number;
  /** Responses from the worker other than 5xx. */
  readonly executions: number;
  readonly dueAt: number;
  readonly last?: Outcome | undefined;
}

export interface DispatchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DispatcherOptions<T extends QueuedTask> {
  readonly queue: QueueConfig;
  /** Makes one dispatch, and gives it up when the signal is aborted. A rejection counts as a failed dispatch. */
  readonly dispatch: (live: LiveTask<T>, signal: AbortSignal) => Promise<Outcome>;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: DispatchLog | undefined;
}

type Entry<T extends QueuedTask> = { -readonly [Key in keyof LiveTask<T>]: LiveTask<T>[Key] } & {
  timer?: NodeJS.Timeout;
};

const NAME_TTL_MS = 3_600_000;
const MAX_NAMES = 100_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Dispatches tasks as Cloud Tasks does: at least once, 2xx acknowledges, everything else is retried with exponential
 * backoff, and 429 or 503 slow the whole queue. One task is never in two dispatches at once.
 * Source: https://cloud.google.com/tasks/docs/creating-http-target-tasks and the v2 reference of `HttpRequest`.
 */
export class Dispatcher<T extends QueuedTask> {
  readonly #options: DispatcherOptions<T>;
  readonly #now: () => number;
  readonly #names: RecentNames;
  readonly #live = new Map<string, Entry<T>>();
  readonly #ready = new Set<Entry<T>>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #throttle: Throttle;
  #idle: PromiseWithResolvers<void> | undefined;
  #paused = false;
  #closed = false;

  constructor(options: DispatcherOptions<T>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#names = new RecentNames({ ttlMs: NAME_TTL_MS, max: MAX_NAMES, now: this.#now });
    this.#throttle = new Throttle(options.queue.maxConcurrentDispatches, () => this.#pump());
  }

  /** Returns `false` and adds nothing if a living or recent task has the name. */
  add(task: T): boolean {
    if (this.#closed) throw new Error('the dispatcher is closed');
    if (this.#live.has(task.name) || this.#names.has(task.name)) return false;
    const entry: Entry<T> = { task, retries: 0, executions: 0, dueAt: task.scheduleAt };
    this.#live.set(task.name, entry);
    this.#wait(entry, task.scheduleAt - this.#now());
    return true;
  }

  get(name: string): LiveTask<T> | undefined {
    return this.#live.get(name);
  }

  /** Forgets a task. A dispatch that is under way goes on, but its outcome is ignored. */
  delete(name: string): boolean {
    const entry = this.#live.get(name);
    if (entry !== undefined) this.#end(entry);
    return entry !== undefined;
  }

  purge(): void {
    for (const entry of [...this.#live.values()]) this.#end(entry);
  }

  get size(): number {
    return this.#live.size;
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Resolves when no task is left, or when closed. */
  idle(): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** Stops all timers, waits up to `graceMs` for dispatches under way, then aborts them. Unacknowledged tasks are lost. */
  async close(graceMs = 0): Promise<void> {
    this.#closed = true;
    this.#throttle.close();
    this.purge();
    const over = new AbortController();
    const grace = sleep(graceMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#inFlight), grace]);
    over.abort();
    this.#closing.abort();
  }

  #wait(entry: Entry<T>, delayMs: number): void {
    if (delayMs > 0) {
      const step = Math.min(delayMs, LONGEST_TIMER_MS);
      entry.timer = setTimeout(() => this.#wait(entry, delayMs - step), step);
      return;
    }
    this.#ready.add(entry);
    this.#pump();
  }

  #pump(): void {
    for (const entry of this.#ready) {
      if (this.#paused || this.#inFlight.size >= this.#throttle.limit) return;
      this.#ready.delete(entry);
      const attempt = this.#attempt(entry).finally(() => {
        this.#inFlight.delete(attempt);
        this.#pump();
      });
      this.#inFlight.add(attempt);
    }
  }

  async #attempt(entry: Entry<T>): Promise<void> {
    const outcome = await this.#send(entry);
    if (this.#live.get(entry.task.name) !== entry) return;
    entry.last = outcome;
    if (acknowledged(outcome)) {
      this.#throttle.recover();
      this.#end(entry);
    } else {
      this.#retry(entry, outcome);
    }
  }

  async #send(entry: Entry<T>): Promise<Outcome> {
    try {
      return await this.#options.dispatch(entry, this.#closing.signal);
    } catch (error) {
      return { reason: 'UNAVAILABLE', detail: String(error) };
    }
  }

  #retry(entry: Entry<T>, outcome: Outcome): void {
    const { queue, log, random } = this.#options;
    const limits = { minMs: queue.minBackoffMs, maxMs: queue.maxBackoffMs };
    const slow = outcome.status === 429 || outcome.status === 503;
    const asked = slow ? (outcome.retryAfterMs ?? 0) : 0;
    const fields = { task: entry.task.name, retry: entry.retries, ...outcome };
    if (slow) {
      const holdMs = asked || backoffMs(this.#throttle.count, limits, random);
      this.#throttle.slowDown(Math.min(queue.maxBackoffMs, holdMs));
    }
    if (entry.retries + 1 >= queue.maxAttempts) {
      log?.warn(fields, 'task given up: no attempts left');
      this.#end(entry);
      return;
    }
    log?.info(fields, 'dispatch failed, task will be retried');
    const delayMs = Math.max(asked, backoffMs(entry.retries, limits, random));
    entry.dueAt = this.#now() + delayMs;
    entry.retries += 1;
    if (outcome.status !== undefined && outcome.status < 500) entry.executions += 1;
    this.#wait(entry, delayMs);
  }

  #end(entry: Entry<T>): void {
    clearTimeout(entry.timer);
    this.#ready.delete(entry);
    this.#live.delete(entry.task.name);
    this.#names.add(entry.task.name);
    if (this.#live.size === 0) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
  }
}

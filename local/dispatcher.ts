import { backoffMs } from '../shared/queue/backoff.ts';
import { acknowledged, type HttpRequest, type Outcome, type Send } from './dispatch.ts';
import { RecentNames } from './recent-names.ts';
import { taskHeaders } from './task-headers.ts';
import { Throttle } from './throttle.ts';

/** A queue's configuration: the part of Cloud Tasks' `RateLimits` and `RetryConfig` that is followed here. */
export interface QueueConfig {
  readonly name: string;
  readonly maxConcurrentDispatches: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** Attempts in all, the first included; the task is then deleted. Infinity: for ever. */
  readonly maxAttempts: number;
}

export interface HttpTask {
  /** Short name, unique in the queue while the task lives and for an hour after. */
  readonly name: string;
  /** Asked at each attempt, because the worker's address may be known late. */
  readonly request: () => HttpRequest & { readonly audience?: string | undefined };
  /** Whose token goes with the request, where the queue has several identities. */
  readonly email?: string | undefined;
  /** Milliseconds since the epoch; not dispatched sooner. */
  readonly scheduleAt: number;
  readonly deadlineMs: number;
}

/** A task that is waiting or being dispatched. */
export interface LiveTask {
  readonly task: HttpTask;
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

export interface DispatcherOptions {
  readonly queue: QueueConfig;
  readonly send: Send;
  /** Signs the OIDC token for an audience. */
  readonly sign: (audience: string, email?: string) => Promise<string>;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: DispatchLog | undefined;
}

type Entry = { -readonly [Key in keyof LiveTask]: LiveTask[Key] } & { timer?: NodeJS.Timeout };

const NAME_TTL_MS = 3_600_000;
const MAX_NAMES = 100_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Dispatches tasks as Cloud Tasks does: at least once, 2xx acknowledges, everything else is retried with exponential
 * backoff, and 429 or 503 slow the whole queue. One task is never in two dispatches at once.
 * Source: https://cloud.google.com/tasks/docs/creating-http-target-tasks and the v2 reference of `HttpRequest`.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #now: () => number;
  readonly #names: RecentNames;
  readonly #live = new Map<string, Entry>();
  readonly #ready = new Set<Entry>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #throttle: Throttle;
  #idle: PromiseWithResolvers<void> | undefined;
  #paused = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#names = new RecentNames({ ttlMs: NAME_TTL_MS, max: MAX_NAMES, now: this.#now });
    this.#throttle = new Throttle(options.queue.maxConcurrentDispatches, () => this.#pump());
  }

  /** False, and nothing added, if the name is taken by a task that lives or ended lately. */
  add(task: HttpTask): boolean {
    if (this.#closing.signal.aborted) throw new Error('the dispatcher is closed');
    if (this.#live.has(task.name) || this.#names.has(task.name)) return false;
    const entry: Entry = { task, retries: 0, executions: 0, dueAt: task.scheduleAt };
    this.#live.set(task.name, entry);
    this.#wait(entry, task.scheduleAt - this.#now());
    return true;
  }

  get(name: string): LiveTask | undefined {
    return this.#live.get(name);
  }

  /** Forgets a task; a dispatch of it that is under way goes on, unheeded. */
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

  /** Ends every timer, aborts what is in flight and waits for it. Tasks not acknowledged by then are lost. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#throttle.close();
    this.purge();
    await Promise.all(this.#inFlight);
  }

  #wait(entry: Entry, delayMs: number): void {
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

  async #attempt(entry: Entry): Promise<void> {
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

  async #send(entry: Entry): Promise<Outcome> {
    const { task } = entry;
    try {
      const { audience, ...request } = task.request();
      const token = audience === undefined ? undefined : await this.#options.sign(audience, task.email);
      const attemptHeaders = taskHeaders({ queue: this.#options.queue.name, ...entry, task: task.name });
      return await this.#options.send(
        { ...request, token, attemptHeaders, userAgent: 'Google-Cloud-Tasks', deadlineMs: task.deadlineMs },
        this.#closing.signal,
      );
    } catch (error) {
      return { reason: 'UNAVAILABLE', detail: String(error) };
    }
  }

  #retry(entry: Entry, outcome: Outcome): void {
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

  #end(entry: Entry): void {
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

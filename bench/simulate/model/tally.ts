import type { Finished } from '../../../shared/operations/record/record.ts';

/** What happened in a stretch of time. */
export interface Bucket {
  readonly fromMs: number;
  accepted: number;
  finished: number;
  /** Milliseconds from acceptance to the end, of those that ended in this stretch. */
  readonly latencies: number[];
  /** Unfinished operations at the end of the stretch. */
  unfinished: number;
  instances: number;
}

/** Counts what the model does. */
export class Tally {
  readonly refused = { rate: 0, unfinished: 0 };
  readonly rpcs = { reads: 0, writes: 0 };
  readonly endings: Record<string, number> = {};
  readonly latencies: number[] = [];
  /** When operations ended, in order. */
  readonly ends: number[] = [];
  readonly buckets: Bucket[] = [];
  accepted = 0;
  attempts = 0;
  finished = 0;
  /** The sum of unfinished operations over time, in operation milliseconds. */
  #area = 0;
  #areaAt = 0;
  mostUnfinished = 0;
  readonly #bucketMs: number;

  constructor(bucketMs: number) {
    this.#bucketMs = bucketMs;
  }

  get unfinished(): number {
    return this.accepted - this.finished;
  }

  accept(now: number): void {
    this.#advance(now);
    this.accepted += 1;
    this.mostUnfinished = Math.max(this.mostUnfinished, this.unfinished);
    this.#bucket(now).accepted += 1;
  }

  finish(operation: Finished, now: number): void {
    this.#advance(now);
    this.finished += 1;
    this.ends.push(now);
    const ending = operation.status === 'failed' ? operation.error.code : operation.status;
    this.endings[ending] = (this.endings[ending] ?? 0) + 1;
    const latency = operation.completed_at - operation.created_at;
    this.latencies.push(latency);
    const bucket = this.#bucket(now);
    bucket.finished += 1;
    bucket.latencies.push(latency);
  }

  /** Notes the state at `now`, once for each stretch. */
  note(now: number, instances: number): void {
    const bucket = this.#bucket(now);
    bucket.unfinished = this.unfinished;
    bucket.instances = instances;
  }

  /** Unfinished operations, on average from the begin to the last end, or to `now` while there are some. */
  meanUnfinished(now: number): number {
    this.#advance(now);
    const until = this.unfinished === 0 ? (this.ends.at(-1) ?? 0) : now;
    return until === 0 ? 0 : this.#area / until;
  }

  #advance(now: number): void {
    this.#area += this.unfinished * (now - this.#areaAt);
    this.#areaAt = now;
  }

  #bucket(now: number): Bucket {
    const at = Math.floor(now / this.#bucketMs);
    for (let n = this.buckets.length; n <= at; n += 1) {
      const { unfinished = 0, instances = 0 } = this.buckets.at(-1) ?? {};
      const fromMs = n * this.#bucketMs;
      this.buckets.push({ fromMs, accepted: 0, finished: 0, latencies: [], unfinished, instances });
    }
    return this.buckets[at] as Bucket;
  }
}

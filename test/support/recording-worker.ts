/** A delivery as a worker sees it. */
export interface Seen {
  readonly operation_id: string;
  readonly task: string;
  /** Deliveries of the task before this one. */
  readonly retries: number;
  /** The one before this was answered 409. */
  readonly refusedBefore: boolean;
  /** `performance.now()` at arrival. */
  readonly at: number;
}

/** A status; or a worker that goes away without an answer. */
export type Answer = number | { readonly status: number; readonly retryAfterS: number } | 'gone';
export type Answering = (seen: Seen, index: number) => Answer | Promise<Answer>;

export interface RecordingWorker {
  readonly received: readonly Seen[];
  /** Deliveries being answered at this moment, and the most there were at once. */
  readonly load: { readonly now: number; readonly most: number };
  /** Resolves when `n` deliveries in all have come, to the last of them. */
  arrival(n: number): Promise<Seen>;
  handle(seen: Omit<Seen, 'at'>): Promise<Answer>;
}

/** A worker that answers as it is told, however deliveries come to it. */
export function recordingWorker(answer: Answering = () => 204): RecordingWorker {
  const received: Seen[] = [];
  const load = { now: 0, most: 0 };
  const waiting: { n: number; resolve: (last: Seen) => void }[] = [];
  return {
    received,
    load,
    arrival: (n) =>
      new Promise((resolve) => {
        const there = received[n - 1];
        if (there === undefined) waiting.push({ n, resolve });
        else resolve(there);
      }),
    async handle(delivery) {
      const seen = { ...delivery, at: performance.now() };
      load.now += 1;
      load.most = Math.max(load.most, load.now);
      received.push(seen);
      for (const { n, resolve } of waiting) if (received.length >= n) resolve(seen);
      try {
        return await answer(seen, received.length - 1);
      } finally {
        load.now -= 1;
      }
    },
  };
}

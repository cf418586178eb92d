import { Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import { SATURATED_SHARE } from '../quota/concurrent.ts';

/** Limits how many requests a process has under way at once. */
export interface LoadLimit {
  /** Whether one more request is taken. If not, it counts as shed. */
  takes(underWay: number): boolean;
}

export interface LoadLimitOptions {
  /** Requests under way at once, whatever they wait for. */
  readonly most: number;
  readonly log: Pick<Log, 'warn'>;
  /** Whether the process has been busy without a pause. */
  readonly saturated?: () => boolean;
}

const LOG_EVERY_MS = 1000;

/**
 * Takes up to `most` requests, which may all be waiting for others. While the event loop is never idle, the requests wait
 * for each other, and a longer queue would be answered no sooner. Then a quarter of `most` is the limit.
 */
export function createLoadLimit({
  most,
  log,
  saturated = eventLoopSaturation(),
}: LoadLimitOptions): LoadLimit {
  const few = Math.max(1, Math.floor(most * SATURATED_SHARE));
  let shed = 0;
  let lately = 0;
  // One line counts many requests: under overload a line for each would add to the load.
  const report = () => {
    log.warn({ outcome: 'shed', shed, under_way: lately }, 'overloaded');
    shed = 0;
  };
  return {
    takes(underWay) {
      if (underWay < few || (underWay < most && !saturated())) return true;
      lately = underWay;
      shed += 1;
      if (shed === 1) setTimeout(report, LOG_EVERY_MS).unref();
      return false;
    },
  };
}

const SAMPLE_MS = 1000;
const FULL = 0.98;

/**
 * Tells whether the event loop was almost never idle during the last second. It is sampled only when asked, so a burst that
 * reaches an idle process is taken.
 * Source: https://nodejs.org/docs/latest-v24.x/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2
 */
export function eventLoopSaturation(): () => boolean {
  let since = performance.eventLoopUtilization();
  let at = performance.now();
  let full = false;
  return () => {
    if (performance.now() - at >= SAMPLE_MS) {
      full = performance.eventLoopUtilization(since).utilization >= FULL;
      since = performance.eventLoopUtilization();
      at = performance.now();
    }
    return full;
  };
}

/** The answer to a request that is not taken. Nothing of the request was parsed, read or verified. */
export const overloaded = (): Problem =>
  new Problem('overloaded', 'The service has as much to do as it can. Send the request again.', {
    headers: { 'Retry-After': '2' },
  });

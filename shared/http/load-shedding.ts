import { Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import { SATURATED_SHARE } from '../quota/concurrent.ts';

/** How many requests a process has under way at once. */
export interface LoadLimit {
  /** Whether one more is taken beside those under way; if not, it is counted as shed. */
  takes(underWay: number): boolean;
}

export interface LoadLimitOptions {
  /** Requests under way at once, whatever they wait for. */
  readonly most: number;
  readonly log: Pick<Log, 'warn'>;
  /** Whether the process has been computing without a pause. */
  readonly saturated?: () => boolean;
}

const LOG_EVERY_MS = 1000;

/**
 * Up to `most` requests, which may all be waiting. While the event loop has not been idle, they are waiting for each
 * other: a longer queue would be answered no sooner, so that a quarter is the most.
 */
export function createLoadLimit({
  most,
  log,
  saturated = eventLoopSaturation(),
}: LoadLimitOptions): LoadLimit {
  const few = Math.max(1, Math.floor(most * SATURATED_SHARE));
  let shed = 0;
  let lately = 0;
  // One line for many: under overload a line for each would be a load of its own.
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
 * Whether the event loop was all but never idle for the last second or more. Asked for lazily: what comes to a process
 * that was idle until now finds it not so, and a burst is taken.
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

/** What a request that is not taken is answered: nothing of it has been parsed, read or verified. */
export const overloaded = (): Problem =>
  new Problem('overloaded', 'The service has as much to do as it can. Send the request again.', {
    headers: { 'Retry-After': '2' },
  });

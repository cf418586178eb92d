import { monitorEventLoopDelay } from 'node:perf_hooks';

/** An option for `node`: the process says when it has stood, because the machine gave it no time. */
export const REPORT_STANDING = `--import=data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  let at = Date.now();
  const look = () => {
    const now = Date.now();
    if (now - at > 250) console.log('\\nstood for ' + (now - at) + ' ms until ' + now);
    at = now;
  };
  if (isMainThread) {
    setInterval(look, 20).unref();
    process.on('exit', look);
  }
`)}`;

const STOOD_MS = 500;

/**
 * Watches this process from now on, and another with `REPORT_STANDING`. Gives a function that tells, by the other's output, whether
 * one of them has stood for half a second.
 */
export function watchStanding(): (output: string) => boolean {
  const begun = Date.now();
  const delay = monitorEventLoopDelay();
  delay.enable();
  return (output) => {
    const stops = [...output.matchAll(/^stood for (\d+) ms until (\d+)$/gm)];
    const since = stops.filter(([, , until]) => Number(until) >= begun).map(([, ms]) => Number(ms));
    return Math.max(delay.max / 1e6, ...since) >= STOOD_MS;
  };
}

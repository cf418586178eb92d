// Loaded before the service (`--import`). From one SIGUSR2 to the next it notes how long the event loop stands still between two
// looks, 1 ms apart, and writes the milliseconds to the file that $STOPS names.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const stops = monitorEventLoopDelay({ resolution: 1 });
  let notes = false;
  process.on('SIGUSR2', () => {
    notes = !notes;
    if (notes) return void stops.enable();
    stops.disable();
    const at = (share) => stops.percentile(share) / 1e6;
    const found = { p50: at(50), p99: at(99), p999: at(99.9), longest: stops.max / 1e6 };
    writeFileSync(process.env.STOPS, JSON.stringify(found));
    stops.reset();
  });
}

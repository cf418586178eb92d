/** The pauses of `shared/operations/attempt/lease-watch.ts`, which a test compares. */
const PAUSES_MS = [1000, 2000, 4000];
const LONGEST_PAUSE_MS = 5000;

/** How often an attempt that takes so long reads its record, to see whether it was cancelled. */
export function leaseLooks(attemptMs: number): number {
  let at = 0;
  let looks = 0;
  for (const pause of PAUSES_MS) {
    at += pause;
    if (at >= attemptMs) return looks;
    looks += 1;
  }
  return looks + Math.max(0, Math.ceil((attemptMs - at) / LONGEST_PAUSE_MS) - 1);
}

/**
 * One cause may bring several signals at once: Ctrl-C reaches every process of a terminal, and npm sends its own after it.
 * A person who repeats it takes longer.
 */
const SAME_CAUSE_MS = 500;

/**
 * At Ctrl-C or SIGTERM, calls `close` and then ends the process. A signal that comes later again ends it at once, and so does
 * a `close` that takes longer than `withinMs`. Returns what ends the process in the same way for another reason, if nothing
 * has begun to end it.
 */
export function endOnSignals(close: () => Promise<void>, withinMs: number): () => void {
  let ending = false;
  let firstSignalAt: number | undefined;
  const end = () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), withinMs).unref();
    close().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`The service did not end cleanly: ${error}\n`);
        process.exit(1);
      },
    );
  };
  const onSignal = () => {
    firstSignalAt ??= performance.now();
    if (performance.now() - firstSignalAt > SAME_CAUSE_MS) process.exit(130);
    end();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return end;
}

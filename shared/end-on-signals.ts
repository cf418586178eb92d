/**
 * Ends the process when `close` has resolved, at Ctrl-C or SIGTERM; at once if asked a second time, or if `close` takes
 * longer than `withinMs`.
 */
export function endOnSignals(close: () => Promise<void>, withinMs: number): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(130);
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
  process.on('SIGINT', end).on('SIGTERM', end);
}

const EVERY_MS = 500;

/**
 * Ends this process when the `npm` that started it was killed: npm cannot pass SIGKILL on, and a server without a
 * terminal would keep its port.
 */
export function endWithParent(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS).unref();
}

export interface Repeating {
  /** Begins no more runs, and waits for the current one. */
  close(): Promise<void>;
}

/** Runs at once, and again `everyMs` after each run has ended, even if it failed. Runs never overlap. */
export function repeat(run: () => Promise<unknown>, everyMs: number): Repeating {
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  const again = async (): Promise<void> => {
    await run().catch(() => undefined);
    if (!closed) timer = arm(everyMs);
  };
  const arm = (delayMs: number) =>
    setTimeout(() => {
      running = again();
    }, delayMs);
  let timer = arm(0);
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

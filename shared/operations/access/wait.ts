import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type Operation } from '../record/record.ts';
import type { OperationStore } from '../store/port.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** Waits until the operation is finished, `timeoutMs` have passed or nobody waits any more; resolves to its latest state. */
export async function untilFinished(
  store: OperationStore,
  operation: Operation,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Operation> {
  const end = performance.now() + timeoutMs;
  let latest = operation;
  let pause = FIRST_PAUSE_MS;
  while (!isFinished(latest) && !signal.aborted) {
    const left = end - performance.now();
    if (left <= 0) break;
    await sleep(Math.min(pause, left), undefined, { signal }).catch(() => undefined);
    latest = (await look(store, operation.id)) ?? latest;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  return latest;
}

/** A read that fails is no error here: the operation is recorded, and its client can poll. */
const look = (store: OperationStore, id: string): Promise<Operation | undefined> =>
  store.read(id).then(
    (stored) => stored?.operation,
    () => undefined,
  );

import type { Call } from './call.ts';
import { isFinished, type Operation } from './operation.ts';

/** An operation that a call waits for. */
export interface Watch {
  readonly call: Call;
  readonly id: string;
  /** The end of the operation, once it is known. */
  readonly ended: () => Operation | undefined;
  /** Takes a state from the service, and says whether it is news. @throws what the listener throws */
  readonly learn: (operation: Operation) => boolean;
}

/** `onChange` hears each state that differs from the last by `status` or `progress`. */
export function watch(
  call: Call,
  id: string,
  known: Operation | undefined,
  onChange: ((operation: Operation) => void) | undefined,
): Watch {
  let latest = known;
  return {
    call,
    id,
    ended: () => (latest !== undefined && isFinished(latest) ? latest : undefined),
    learn(operation) {
      call.throwIfOver();
      const isNews = stateOf(operation) !== stateOf(latest);
      latest = operation;
      if (isNews) onChange?.(operation);
      return isNews;
    },
  };
}

const stateOf = (operation: Operation | undefined): string =>
  operation === undefined ? '' : `${operation.status} ${'progress' in operation ? operation.progress : ''}`;

import type { Operation } from '../record/record.ts';
import { type Event, isRefusal, transition } from '../record/transitions.ts';
import { type OperationStore, RecordTooLarge } from '../store/port.ts';

/** The record was written, or another writer came first and this attempt has lost it. */
export type Written = { readonly kind: 'written'; readonly operation: Operation } | { readonly kind: 'lost' };

/** A record that one attempt writes its events to. */
export interface WritableRecord {
  /** As it was last written. */
  readonly operation: Operation;
  /** @throws {StoreUnavailable} */
  write(event: Event): Promise<Written>;
}

/** A record that its first write creates: nobody else knows of it, so no write is lost to another. */
export function unsavedRecord(
  store: Pick<OperationStore, 'create'>,
  draft: Operation,
  now: () => number,
): WritableRecord {
  return {
    operation: draft,
    write: (event) =>
      writeOrFail(event, async (fitting) => {
        const operation = transition(draft, fitting, now());
        if (isRefusal(operation))
          throw new Error(`a new operation refused ${fitting.type}: ${operation.refused}`);
        await store.create(operation);
        return { kind: 'written', operation };
      }),
  };
}

/** A result that no store can take must not leave the operation running for ever: it fails instead. */
export async function writeOrFail(event: Event, write: (event: Event) => Promise<Written>): Promise<Written> {
  try {
    return await write(event);
  } catch (error) {
    if (!(error instanceof RecordTooLarge) || event.type !== 'succeed') throw error;
    const { token, spent } = event;
    return write({ type: 'fail', token, error: RESULT_TOO_LARGE, spent });
  }
}

const RESULT_TOO_LARGE = { code: 'result-too-large', message: 'The result is too large to be stored.' };

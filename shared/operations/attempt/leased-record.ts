import { isFinished, type Operation } from '../record/record.ts';
import { type Event, isRefusal, transition } from '../record/transitions.ts';
import { type OperationStore, RecordTooLarge, type Stored } from '../store/port.ts';

/** The write went through, or another writer came first and the record is no longer ours. */
export type Written = { readonly kind: 'written'; readonly operation: Operation } | { readonly kind: 'lost' };

/**
 * A record in the hands of one attempt: each write builds on the version of the last, one at a time, so that an
 * attempt whose lease another has taken cannot write any more.
 */
export class Hold {
  readonly #store: OperationStore;
  readonly #now: () => number;
  #stored: Stored;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(store: OperationStore, stored: Stored, now: () => number) {
    this.#store = store;
    this.#stored = stored;
    this.#now = now;
  }

  get operation(): Operation {
    return this.#stored.operation;
  }

  /** @throws {StoreUnavailable} */
  write(event: Event): Promise<Written> {
    const written = this.#writing.then(() => this.#write(event));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(event: Event, again = true): Promise<Written> {
    const next = transition(this.#stored.operation, event, this.#now());
    if (isRefusal(next)) return { kind: 'lost' };
    try {
      const version = await this.#store.update(next, this.#stored.version);
      if (version === undefined) {
        return again && (await this.#isStillOurs(event)) ? this.#write(event, false) : { kind: 'lost' };
      }
      this.#stored = { operation: next, version };
      return { kind: 'written', operation: next };
    } catch (error) {
      if (error instanceof RecordTooLarge && event.type === 'succeed')
        return this.#write(tooLarge(event.token));
      throw error;
    }
  }

  /**
   * A write that was given up as unavailable may have been made all the same: the version moved, and nobody but us
   * moved it. The lease tells.
   */
  async #isStillOurs(event: Event): Promise<boolean> {
    const stored = await this.#store.read(this.#stored.operation.id);
    if (stored === undefined || isFinished(stored.operation) || !('token' in event)) return false;
    if (stored.operation.lease?.token !== event.token) return false;
    this.#stored = stored;
    return true;
  }
}

/** A result that no store can take must not leave the operation running for ever. */
export const tooLarge = (token: string): Event => ({
  type: 'fail',
  token,
  error: { code: 'result-too-large', message: 'The result is too large to be stored.' },
});

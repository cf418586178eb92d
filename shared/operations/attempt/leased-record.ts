import { isFinished, type Operation } from '../record/record.ts';
import { type Event, isRefusal, transition } from '../record/transitions.ts';
import type { OperationStore, Stored } from '../store/port.ts';
import { type WritableRecord, type Written, writeOrFail } from './writable-record.ts';

/**
 * A stored record whose lease one attempt holds. Each write builds on the version of the last, one at a time, so that an
 * attempt whose lease another has taken cannot write any more.
 */
export class LeasedRecord implements WritableRecord {
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
    const written = this.#writing.then(() => writeOrFail(event, (fitting) => this.#write(fitting)));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(event: Event, again = true): Promise<Written> {
    const next = transition(this.#stored.operation, event, this.#now());
    if (isRefusal(next)) return { kind: 'lost' };
    const version = await this.#store.update(next, this.#stored.version);
    if (version === undefined)
      return again && (await this.#isStillOurs(event)) ? this.#write(event, false) : { kind: 'lost' };
    this.#stored = { operation: next, version };
    return { kind: 'written', operation: next };
  }

  /**
   * Tells whether our own earlier write moved the version: a write that ended as `StoreUnavailable` may have been carried
   * out. The lease still names this attempt then.
   */
  async #isStillOurs(event: Event): Promise<boolean> {
    const stored = await this.#store.read(this.#stored.operation.id);
    if (stored === undefined || isFinished(stored.operation) || !('token' in event)) return false;
    if (stored.operation.lease?.token !== event.token) return false;
    this.#stored = stored;
    return true;
  }
}

import type { Version } from './port.ts';

/** Which operation has a place that only one may have. */
export interface Slot {
  readonly operation_id: string;
  /** Milliseconds since the epoch. */
  readonly taken_at: number;
  /** From here on nobody asks for it any more, and the store may delete it. */
  readonly expire_at: number;
}

/**
 * Places for one operation at a time, by name. A slot is never given back: whoever wants it looks whether the operation
 * it names still runs, so that no crash can leave one taken. Rejects as an `OperationStore` does.
 */
export interface SlotStore {
  /** A name is any well-formed text. */
  readSlot(name: string): Promise<(Slot & { readonly version: Version }) | undefined>;
  /**
   * Writes the slot if its version still is `version`, `undefined` for one that nobody took yet. Resolves to whether it
   * did. `operation_id` has to be the taker's own: by it a write whose answer was lost is recognised.
   */
  takeSlot(name: string, slot: Slot, version: Version | undefined): Promise<boolean>;
}

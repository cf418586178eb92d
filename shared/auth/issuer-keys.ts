import type { KeySet } from './key-set.ts';

/** The keys of one issuer, wherever they come from. */
export interface IssuerKeys {
  /**
   * As they are known; looked for first where that is due. The same object as long as the keys are the same.
   * Rejects with `KeysUnavailable`.
   */
  current(): Promise<KeySet>;
  /**
   * After a look for newer ones, if one may be had: for a token whose key is not among the current.
   * Rejects with `KeysUnavailable`.
   */
  renewed(): Promise<KeySet>;
}

/** The keys to verify with could not be had, and none are known: not the token's fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  /** Until the keys are looked for again. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly retryAfterMs: number; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

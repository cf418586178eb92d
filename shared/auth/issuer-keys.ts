import type { KeySet } from './key-set.ts';

/** The keys of one issuer, wherever they come from. */
export interface IssuerKeys {
  /**
   * The known keys, renewed first if that is due. The same object as long as the keys are the same.
   * Rejects with `KeysUnavailable`.
   */
  current(): Promise<KeySet>;
  /**
   * The keys after another fetch, if one is allowed now. For a token whose key is not among the current ones.
   * Rejects with `KeysUnavailable`.
   */
  renewed(): Promise<KeySet>;
}

/** No key is known, and none could be fetched. The token is not at fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  /** Milliseconds until the keys are fetched again. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly retryAfterMs: number; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

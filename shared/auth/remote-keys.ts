import { fetchKeySet } from './fetch-key-set.ts';
import { type IssuerKeys, KeysUnavailable } from './issuer-keys.ts';
import type { KeySet } from './key-set.ts';

/** Keys of this age are looked for again. */
const FRESH_MS = 600_000;
/** Keys that cannot be renewed for so long are given up. */
const KEPT_MS = 24 * 3_600_000;
/** Between two looks, whether the first failed or not, however many tokens ask for a key that is not known. */
const COOL_DOWN_MS = 30_000;
/** The same while no key is known, and so nobody is served. */
const EMPTY_COOL_DOWN_MS = 5000;
/** What a request with a known key waits for newer ones, which the issuer may be slow to give. */
const PATIENCE_MS = 1000;

export interface RemoteKeysOptions {
  readonly uri: string;
  readonly now?: () => number;
  /** Keys that are kept were not renewed; the age is theirs. */
  readonly onFailure?: (error: unknown, ageMs: number) => void;
}

/** A look for the keys, under way. */
interface Look {
  /** Never rejects. */
  readonly ended: Promise<void>;
  /** Resolves after `PATIENCE_MS`, or when the look has ended. */
  readonly patience: Promise<unknown>;
}

/**
 * Keys that are fetched from `uri`, one fetch at a time: when they are ten minutes old, and for a token whose key is not
 * among them, but never within the cool-down. While the issuer is away, or answers no key set, the last ones are kept
 * for a day.
 */
export function createRemoteKeys({ uri, now = () => Date.now(), onFailure }: RemoteKeysOptions): IssuerKeys {
  let known: { readonly keys: KeySet; readonly at: number } | undefined;
  let failure: unknown;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let look: Look | undefined;

  /** On a clock that was set back nothing can be told, and so all has passed. */
  const hasPassed = (since: number, ms: number) => now() < since || now() - since >= ms;
  const coolDown = () => (known === undefined ? EMPTY_COOL_DOWN_MS : COOL_DOWN_MS);

  async function fetchOnce(): Promise<void> {
    try {
      const fetched = await fetchKeySet(uri);
      // The same object for the same keys, so that nothing is imported or verified again.
      known = { keys: fetched.text === known?.keys.text ? known.keys : fetched, at: now() };
    } catch (error) {
      failure = error;
      if (known !== undefined) onFailure?.(error, now() - known.at);
    }
    lookedAt = now();
    look = undefined;
  }

  /** The look that is under way, or a new one; none within the cool-down. */
  function lookForKeys(): Look | undefined {
    if (look === undefined && hasPassed(lookedAt, coolDown())) {
      const ended = fetchOnce();
      look = { ended, patience: Promise.race([ended, pause(PATIENCE_MS)]) };
    }
    return look;
  }

  function knownKeys(): KeySet {
    if (known !== undefined) return known.keys;
    const retryAfterMs = Math.max(0, lookedAt + coolDown() - now());
    throw new KeysUnavailable(`no keys from ${uri}`, { retryAfterMs, cause: failure });
  }

  return {
    async current() {
      if (known !== undefined && now() - known.at >= KEPT_MS) known = undefined;
      if (known === undefined) await lookForKeys()?.ended;
      else if (hasPassed(known.at, FRESH_MS)) await lookForKeys()?.patience;
      return knownKeys();
    },
    async renewed() {
      await lookForKeys()?.ended;
      return knownKeys();
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

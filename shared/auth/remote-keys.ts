import { fetchKeySet } from './fetch-key-set.ts';
import { type IssuerKeys, KeysUnavailable } from './issuer-keys.ts';
import type { KeySet } from './key-set.ts';

/** Keys of this age are fetched again. */
const FRESH_MS = 600_000;
/** Keys that could not be renewed for so long are given up. */
const KEPT_MS = 24 * 3_600_000;
/** The least time between two fetches, whether or not the first failed, and however many tokens name an unknown key. */
const COOL_DOWN_MS = 30_000;
/** The same while no key is known and nobody can be served. */
const EMPTY_COOL_DOWN_MS = 5000;
/** A request whose key is known waits at most so long for newer keys. */
const PATIENCE_MS = 1000;

export interface RemoteKeysOptions {
  readonly uri: string;
  readonly now?: () => number;
  /** Called when keys could not be renewed and are kept; `ageMs` is their age. */
  readonly onFailure?: (error: unknown, ageMs: number) => void;
}

/** A fetch that is under way. */
interface Look {
  /** Never rejects. */
  readonly ended: Promise<void>;
  /** Resolves after `PATIENCE_MS`, or when the fetch has ended. */
  readonly patience: Promise<unknown>;
}

/**
 * Keys that are fetched from `uri`, one fetch at a time. They are fetched again when they are ten minutes old, and for a
 * token whose key is unknown, but never within the cool-down. While the issuer is away or answers no key set, the last
 * keys are kept for a day.
 */
export function createRemoteKeys({ uri, now = () => Date.now(), onFailure }: RemoteKeysOptions): IssuerKeys {
  let known: { readonly keys: KeySet; readonly at: number } | undefined;
  let failure: unknown;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let look: Look | undefined;

  /** A clock that was set back proves nothing, so the time counts as passed. */
  const hasPassed = (since: number, ms: number) => now() < since || now() - since >= ms;
  const coolDown = () => (known === undefined ? EMPTY_COOL_DOWN_MS : COOL_DOWN_MS);

  async function fetchOnce(): Promise<void> {
    try {
      const fetched = await fetchKeySet(uri);
      // Equal keys keep the same object, so that nothing is imported or verified again.
      known = { keys: fetched.text === known?.keys.text ? known.keys : fetched, at: now() };
    } catch (error) {
      failure = error;
      if (known !== undefined) onFailure?.(error, now() - known.at);
    }
    lookedAt = now();
    look = undefined;
  }

  /** The fetch that is under way, or a new one; none within the cool-down. */
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

import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { KeySet } from './key-set.ts';

/** What a token was found to say, and by which keys. */
export interface Verified {
  readonly claims: Readonly<JWTPayload>;
  readonly keys: KeySet;
}

/** Tokens that have been verified. */
export interface TokenMemory {
  recall(token: string): Verified | undefined;
  remember(token: string, verified: Verified): void;
  /** Tokens that are remembered. */
  readonly size: number;
}

const MOST_TOKENS = 10_000;
/** Characters of all tokens that are remembered; the claims take some four times as many bytes. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Remembers the claims of the tokens that were used last, under a digest: a token in memory is one that can be stolen.
 * Until when a token is good is for the caller to know.
 */
export function createTokenMemory(): TokenMemory {
  const tokens = new LRUCache<string, Verified>({ max: MOST_TOKENS, maxSize: MOST_CHARACTERS });
  return {
    recall: (token) => tokens.get(digestOf(token)),
    remember: (token, verified) => void tokens.set(digestOf(token), verified, { size: token.length }),
    get size() {
      return tokens.size;
    },
  };
}

const digestOf = (token: string): string => hash('sha256', token, 'base64url');

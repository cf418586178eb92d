import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { KeySet } from './key-set.ts';

/** The claims of a verified token, and the keys that verified it. */
export interface Verified {
  readonly claims: Readonly<JWTPayload>;
  readonly keys: KeySet;
}

/** Remembers verified tokens. */
export interface TokenMemory {
  recall(token: string): Verified | undefined;
  remember(token: string, verified: Verified): void;
  /** How many tokens are remembered. */
  readonly size: number;
}

const MOST_TOKENS = 10_000;
/** The most characters of all remembered tokens together. Their claims take about four times as many bytes. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Remembers the claims of the most recently used tokens. Each is stored under a digest, because a token in memory could be
 * stolen. The caller checks whether a remembered token is still valid.
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

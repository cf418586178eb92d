import type { DatabaseSync } from 'node:sqlite';
import { isBusy, isCorruption, isOutage } from './outages.ts';
import { prepareWrites, type Request, type Written } from './writes.ts';

/** Why a request was not carried out. */
export interface Failure {
  readonly message: string;
  /** `fault` is a mistake of ours; `corrupt` tells that the file does not hold what SQLite wrote. */
  readonly failed: 'outage' | 'corrupt' | 'fault';
}

export type Reply = Written | Failure;

export const isFailure = (reply: Reply): reply is Failure => typeof reply === 'object' && 'failed' in reply;

/**
 * Carries out requests together, in one transaction, so that they wait for the disk once. The replies, in their order, are
 * true of the disk. A request that fails alone is left out of the transaction. If the whole transaction fails, as on a
 * full disk, each request gets one of its own, for at most `patienceMs`: the next one may be smaller.
 */
export function prepareCommit(
  db: DatabaseSync,
  patienceMs: number,
): (requests: readonly Request[]) => Reply[] {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const carryOut = prepareWrites(db);

  /** One transaction. An error that ends it is thrown, with all undone. */
  function together(requests: readonly Request[]): Reply[] {
    begin.run();
    try {
      const replies = requests.map((request) => {
        try {
          return carryOut(request);
        } catch (error) {
          // SQLite undoes the whole transaction for some errors, and a statement for others (sqlite.org/lang_transaction.html).
          if (!db.isTransaction || isCorruption(error)) throw error;
          return failureOf(error);
        }
      });
      end.run();
      return replies;
    } catch (error) {
      if (db.isTransaction) rollback.run();
      throw error;
    }
  }

  function alone(requests: readonly Request[]): Reply[] {
    const giveUpAt = performance.now() + patienceMs;
    let last: unknown;
    return requests.map((request) => {
      if (last !== undefined && performance.now() > giveUpAt) return failureOf(last);
      try {
        return together([request])[0];
      } catch (error) {
        last = error;
        return failureOf(error);
      }
    });
  }

  return (requests) => {
    try {
      return together(requests);
    } catch (error) {
      if (requests.length > 1 && !isBusy(error) && !isCorruption(error)) return alone(requests);
      return requests.map(() => failureOf(error));
    }
  };
}

export function failureOf(error: unknown): Failure {
  const { message } = error as Error;
  if (isCorruption(error)) return { failed: 'corrupt', message };
  return { failed: isOutage(error) ? 'outage' : 'fault', message };
}

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { isBusy, isOutage } from '../../shared/operations/store/sqlite/outages.ts';

export interface Ownership {
  /** Tells a process that starts meanwhile that the directory will soon be free. */
  announceEnd(): void;
  release(): void;
}

const LOOK_EVERY_MS = 50;

/**
 * Claims a data directory for this process, so that it may take over the unfinished work of an earlier one. The operating
 * system holds SQLite's exclusive lock, so it ends with the process, however that ends.
 * @param patienceMs how long to wait for an owner that has announced its end
 * @returns `undefined` if another process has the directory
 * @throws {StoreUnavailable} the file of the lock cannot be opened
 */
export async function claimOwnership(sqlitePath: string, patienceMs = 0): Promise<Ownership | undefined> {
  const path = `${sqlitePath}.owner`;
  const announcement = `${path}-ends`;
  const until = performance.now() + patienceMs;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Looked for before the lock is tried: an owner that has just ended leaves neither.
    let ending = existsSync(announcement);
    let unlock = lockAlone(path);
    while (unlock === undefined && ending && performance.now() < until) {
      await sleep(LOOK_EVERY_MS);
      ending = existsSync(announcement);
      unlock = lockAlone(path);
    }
    if (unlock === undefined) return undefined;
    // Of an owner that was killed while it ended.
    rmSync(announcement, { force: true });
    return {
      announceEnd: () => {
        try {
          writeFileSync(announcement, '');
        } catch {
          // The disk is full or the directory gone: then the successor does not wait.
        }
      },
      release: () => {
        // In this order, or one who waits finds neither the announcement nor the lock free.
        unlock();
        rmSync(announcement, { force: true });
      },
    };
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw new StoreUnavailable(`${path}: ${error.message}`, { cause: error });
  }
}

function lockAlone(path: string): (() => void) | undefined {
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

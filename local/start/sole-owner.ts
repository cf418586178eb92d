import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { isBusy, isOutage } from '../../shared/operations/store/sqlite/outages.ts';

/**
 * Claims a data directory for this process, so that it may take over the unfinished work of an earlier one. The operating
 * system holds SQLite's exclusive lock, so it ends with the process, however that ends.
 * @returns the release, or `undefined` if another process has the directory
 * @throws {StoreUnavailable} the file of the lock cannot be opened
 */
export function claimOwnership(sqlitePath: string): (() => void) | undefined {
  const path = `${sqlitePath}.owner`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    return lockAlone(path);
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

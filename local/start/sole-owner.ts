import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Claims a data directory for this process, so that it may take over what an ended process left unfinished. SQLite's
 * exclusive lock is the operating system's: it ends with the process, however that ends.
 * @returns the release, or `undefined` if another process has the directory
 */
export function claimOwnership(sqlitePath: string): (() => void) | undefined {
  mkdirSync(dirname(sqlitePath), { recursive: true });
  const lock = new DatabaseSync(`${sqlitePath}.owner`);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    return () => lock.close();
  } catch {
    lock.close();
    return undefined;
  }
}

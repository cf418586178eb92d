import { StoreUnavailable } from '../port.ts';

/** Pages of the file do not hold what SQLite wrote. */
export class StoreCorrupt extends StoreUnavailable {}

/** Result codes (sqlite.org/rescode.html) that tell of the machine and not of a mistake in the statement. */
const OUTAGES = new Set([
  5 /* BUSY */, 6 /* LOCKED */, 7 /* NOMEM */, 8 /* READONLY */, 10 /* IOERR */, 11 /* CORRUPT */,
  13 /* FULL */, 14 /* CANTOPEN */, 15 /* PROTOCOL */, 22 /* NOLFS */, 26 /* NOTADB */,
]);
const BUSY = new Set([5 /* BUSY */, 6 /* LOCKED */]);
const CORRUPTION = new Set([11 /* CORRUPT */, 26 /* NOTADB */]);

/** Another connection has the lock that the call needs. */
export const isBusy = (error: unknown): boolean => BUSY.has(codeOf(error));

export const isCorruption = (error: unknown): boolean => CORRUPTION.has(codeOf(error));

/** The same call may succeed later. Closed and unopenable files are outages too. */
export function isOutage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreUnavailable || OUTAGES.has(codeOf(error))) return true;
  return 'code' in error && (error.code === 'ERR_INVALID_STATE' || 'syscall' in error);
}

/** In place of an outage the port's `StoreUnavailable`; anything else as it is. */
export function translated(error: unknown): unknown {
  if (!isOutage(error) || error instanceof StoreUnavailable) return error;
  const Unavailable = isCorruption(error) ? StoreCorrupt : StoreUnavailable;
  return new Unavailable(`SQLite: ${error.message}`, { cause: error });
}

/** @throws {StoreUnavailable} in place of an outage */
export function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw translated(error);
  }
}

/** The primary result code of an error of `node:sqlite`, which is the low byte of the extended one. */
const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;

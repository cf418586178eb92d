import { Problem } from '../../errors.ts';
import type { LockRule } from '../kind.ts';
import { isFinished, type Unfinished } from '../record/record.ts';
import { isPastDeadline } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import type { Lock } from '../store/port.ts';
import { RecordCorrupt, StoreUnavailable } from '../store/port.ts';

/**
 * A lock whose operation never appeared is free after this: whoever took it has crashed. It must exceed both the skew of
 * two clocks, which may be minutes, and `CREATE_WITHIN_MS`.
 */
const FREE_AFTER_MS = 5 * 60_000;
/** Whoever takes a lock creates its operation within this time or not at all. Measured on a monotonic clock. */
const CREATE_WITHIN_MS = 30_000;
const TRIES = 5;
const RETRY_AFTER_S = 5;

/** The right to create the operation that holds the lock. It lasts for `CREATE_WITHIN_MS`. */
export interface TakenLock {
  /** @throws {StoreUnavailable} the right has lapsed, since the lock may count as free soon */
  check(): void;
}

/**
 * Takes the lock for an operation that is created next. Call this after every other check that may refuse the operation: a
 * lock without an operation blocks others for `FREE_AFTER_MS`.
 * @throws {Problem} an unfinished operation holds it
 */
export async function takeLock(
  services: Pick<Services, 'store' | 'now' | 'limits'>,
  { name, code, detail }: LockRule,
  { id, expire_at }: Unfinished,
): Promise<TakenLock> {
  const { store, now } = services;
  const refusal = () => new Problem(code, detail, { headers: { 'Retry-After': String(RETRY_AFTER_S) } });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const begun = performance.now();
    const lock = await store.readLock(name);
    const ours = lock?.operation_id === id;
    // Another request with this key has just taken it; the store decides which of the two creates the record.
    if (ours && now() - lock.taken_at < CREATE_WITHIN_MS) return takenAt(begun);
    if (lock !== undefined && !ours && (await isHeld(services, lock))) throw refusal();
    const next: Lock = { operation_id: id, taken_at: now(), expire_at };
    if (await store.takeLock(name, next, lock?.version)) return takenAt(begun);
  }
  throw refusal();
}

const takenAt = (begun: number): TakenLock => ({
  check() {
    if (performance.now() - begun > CREATE_WITHIN_MS)
      throw new StoreUnavailable('the lock was taken too long ago');
  },
});

async function isHeld(
  { store, now, limits }: Pick<Services, 'store' | 'now' | 'limits'>,
  { operation_id, taken_at }: Lock,
): Promise<boolean> {
  const stored = await store.read(operation_id).catch((error: unknown) => {
    // Nobody can work on a corrupt record, so it holds no lock.
    if (error instanceof RecordCorrupt) return undefined;
    throw error;
  });
  if (stored === undefined) return now() - taken_at < FREE_AFTER_MS;
  return !isFinished(stored.operation) && !isPastDeadline(stored.operation, limits.maxAgeMs, now());
}

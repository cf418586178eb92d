import { Problem } from '../../errors.ts';
import type { Slotting } from '../../kinds.ts';
import { isFinished, type Unfinished } from '../record/record.ts';
import { isTooOld } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import type { Slot } from '../store/lock.ts';
import { RecordCorrupt, StoreUnavailable } from '../store/port.ts';
import { type Reservation, taken } from './create.ts';

/**
 * A slot whose operation does not exist so long after it was taken is free: its taker has crashed. The clocks of taker and
 * onlooker may be minutes apart, so that it is well above what they may differ by and `CREATE_WITHIN_MS`.
 */
const UNBORN_MS = 5 * 60_000;
/**
 * A taker creates its operation within this time or not at all, by a clock that nobody sets: well before anybody takes
 * the slot for free.
 */
const CREATE_WITHIN_MS = 30_000;
const TRIES = 5;
const RETRY_AFTER_S = 5;

/**
 * Reserves the operation's record where of all with one slot only one may be unfinished: takes the slot, then creates.
 * What a key has made already is answered in any case. Whatever else may refuse the operation has to be asked before: a
 * slot that was taken for nothing is blocked for minutes.
 * @throws {Problem} the slot's refusal, and as `reserve` does
 */
export async function reserveInSlot(
  services: Pick<Services, 'store' | 'now' | 'limits'>,
  { name, code, detail }: Slotting,
  draft: Unfinished,
  reserve: () => Promise<Reservation>,
): Promise<Reservation> {
  const { store, now } = services;
  const existing = draft.fingerprint === undefined ? undefined : await store.read(draft.id);
  if (existing !== undefined) return taken(existing.operation, draft);
  const refusal = () => new Problem(code, detail, { headers: { 'Retry-After': String(RETRY_AFTER_S) } });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const begun = performance.now();
    const slot = await store.readSlot(name);
    const ours = slot?.operation_id === draft.id;
    // Another request with this key has just taken it; which of the two creates the record is decided by the store.
    if (ours && now() - slot.taken_at < CREATE_WITHIN_MS) return createSoon(begun, reserve);
    if (slot !== undefined && !ours && (await isHeld(services, slot))) throw refusal();
    const next: Slot = { operation_id: draft.id, taken_at: now(), expire_at: draft.expire_at };
    if (!(await store.takeSlot(name, next, slot?.version))) continue;
    return createSoon(begun, reserve);
  }
  throw refusal();
}

async function createSoon(begun: number, reserve: () => Promise<Reservation>): Promise<Reservation> {
  if (performance.now() - begun > CREATE_WITHIN_MS)
    throw new StoreUnavailable('the slot was taken too long ago');
  return reserve();
}

async function isHeld(
  { store, now, limits }: Pick<Services, 'store' | 'now' | 'limits'>,
  { operation_id, taken_at }: Slot,
): Promise<boolean> {
  const stored = await store.read(operation_id).catch((error: unknown) => {
    // Nobody can work on it any more.
    if (error instanceof RecordCorrupt) return undefined;
    throw error;
  });
  if (stored === undefined) return now() - taken_at < UNBORN_MS;
  return !isFinished(stored.operation) && !isTooOld(stored.operation, limits.maxAgeMs, now());
}

import { createHash, randomUUID } from 'node:crypto';

const DAY_MS = 86_400_000;

/** The unit separator cannot occur in an endpoint's name or in a key, so that two scopes never hash alike. */
const SEPARATOR = '\u001f';

/**
 * The id of the operation that an idempotency key stands for: SHA-256 over its scope, shaped as a version-8 UUID
 * (RFC 9562, section 5.8). The same scope gives the same id, so that creating the record is the lock.
 */
export const keyedOperationId = (scope: { tenant_id: string; endpoint: string; key: string }): string =>
  derivedId([scope.endpoint, scope.key, scope.tenant_id]);

/**
 * The id of a child of `parent`. No endpoint has an empty name, so no key leads to this id. `created_at` tells apart two
 * parents that had the same id, one after the other's retention.
 */
export const childOperationId = (parent: { id: string; created_at: number }, name: string): string =>
  derivedId(['', parent.id, String(parent.created_at), name]);

/**
 * The id of the `turn`th operation, counted from 1, that a key stands for after its first operation released it.
 * `created_at` tells apart two first operations that had the same id, one after the other's retention.
 */
export const turnOperationId = (first: { id: string; created_at: number }, turn: number): string =>
  derivedId(['', first.id, String(first.created_at), 'turn', String(turn)]);

function derivedId(scope: readonly string[]): string {
  const digest = sha256(scope.join(SEPARATOR)).subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** How many places a millisecond has: three hexadecimal digits of an id. */
export const PLACES_A_MS = 0x1000;
let lastTime = Number.NaN;
let lastPlace = 0;

/**
 * A new operation's id, a version-8 UUID: a digit, the time in milliseconds (11 digits, to the year 2527), a place within
 * the millisecond (3 digits), and 62 random bits. The first place of a millisecond is random, in the lower half, and those
 * that this process takes after it follow. To an index, each random id is another page to write, which with half a million
 * stored costs SQLite as much as half an insert. Ids that rise in one place write the same page again and again, and fill
 * it. With `spread` the first digit is random, so that they rise in sixteen places: Firestore takes some 500 new documents
 * a second in one.
 * Source: RFC 9562, section 6.2, method 1; https://firebase.google.com/docs/firestore/best-practices#hotspots
 */
export function newOperationId(now: number, spread = true): string {
  const random = randomUUID();
  lastPlace = now === lastTime ? (lastPlace + 1) % PLACES_A_MS : placeOf(random) >> 1;
  lastTime = now;
  const time = now.toString(16).padStart(11, '0');
  const place = lastPlace.toString(16).padStart(3, '0');
  return `${spread ? random.charAt(0) : '0'}${time.slice(0, 7)}-${time.slice(7)}-8${place}${random.slice(18)}`;
}

/** The place of an id within its millisecond; of an id that is derived, something as good as random. */
export const placeOf = (id: string): number => Number.parseInt(id.slice(15, 18), 16);

/** The time of an id that `newOperationId` made without `spread`. Others may have some by chance. */
export const timeOf = (id: string): number | undefined =>
  id.startsWith('0') ? Number.parseInt(id.slice(1, 8) + id.slice(9, 13), 16) : undefined;

/** SHA-256 of a validated body, hexadecimal. Two bodies that mean the same after defaults have one fingerprint. */
export const fingerprint = (input: Readonly<Record<string, unknown>>): string =>
  sha256(JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)))).toString('hex');

/** Versions 1 to 8, as `z.uuid` has them in the record. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Whether `id` has the form of an operation's id, in lower case. */
export const isOperationId = (id: string): boolean => UUID.test(id);

export const retentionEnd = (created_at: number, days: number): number =>
  created_at + Math.ceil(days * DAY_MS);

const sha256 = (data: string): Buffer => createHash('sha256').update(data).digest();

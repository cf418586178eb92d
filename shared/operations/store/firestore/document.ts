import { randomUUID } from 'node:crypto';
import type { Operation } from '../../record/record.ts';
import type { Summary } from '../../record/summary.ts';
import { CORRUPT, type Stored, type Version } from '../port.ts';
import { parseRecord, parseStoredJson, parseSummary, serialise, serialiseSummary } from '../serialise.ts';
import type { Document, Fields, Timestamp } from './client.ts';
import { DUE_SHARDS } from './queries.ts';

/** The fields that a read needs. The others serve only queries. */
export const READ_FIELDS = ['document', 'writes', 'expire_at'];
/** The fields that tell whether a document exists and which writes made it. */
export const LOOKED_AT = ['writes', 'expire_at'];

/**
 * How many writes a document remembers. A writer without an answer looks within seconds, and no document is written so often
 * in seconds. Without a bound, a long certification would fill its document within two days.
 */
export const MOST_WRITES = 16;

/**
 * Makes the document of a record. Queries and TTL use fields of their own; the record itself is JSON in `document`, because
 * Firestore's values cannot hold every record: no arrays in arrays, no more than 20 levels, no keys like `__x__`. One JSON
 * field is also easy to exempt from indexing. A list reads `summary`, which is JSON too. `due_*` exist while the operation is
 * unfinished. `set_aside_at` exists after a due record did not parse; then `status` is `CORRUPT`. `writes` holds the nonces
 * of the latest writes, oldest first.
 * @throws {RecordTooLarge}
 */
export function fieldsOf(record: Operation, writes: readonly string[]): Fields {
  const { id, tenant_id, endpoint, status, created_at, expire_at } = record;
  const due = 'due_at' in record && {
    due_at: { integerValue: record.due_at },
    due_shard: { integerValue: dueShard(id) },
  };
  return {
    tenant_id: { stringValue: tenant_id },
    endpoint: { stringValue: endpoint },
    status: { stringValue: status },
    created_at: { integerValue: created_at },
    ...due,
    expire_at: { timestampValue: toTimestamp(expire_at) },
    writes: writesField(writes),
    summary: { stringValue: serialiseSummary(record) },
    document: { stringValue: serialise(record) },
  };
}

const writesField = (writes: readonly string[]): Fields[string] => ({
  arrayValue: { values: writes.map((nonce) => ({ stringValue: nonce })) },
});

/** The fields that postpone an operation without changing its record. */
export const postponement = (due_at: number, writes: readonly string[]): Fields => ({
  due_at: { integerValue: due_at },
  writes: writesField(writes),
});

/** The fields that take a corrupt record out of counts and lists until `due_at`, without changing the record. */
export const settingAside = (set_aside_at: number, due_at: number, writes: readonly string[]): Fields => ({
  status: { stringValue: CORRUPT },
  set_aside_at: { integerValue: set_aside_at },
  ...postponement(due_at, writes),
});

export const isSetAside = (document: Document): boolean =>
  document.fields?.['status']?.stringValue === CORRUPT;

export const idOf = (document: Document): string => document.name?.split('/').at(-1) ?? '';

/** @throws {RecordCorrupt} */
export function storedOf(document: Document): Stored {
  const json = document.fields?.['document']?.stringValue;
  return {
    operation: parseRecord(idOf(document), parseStoredJson('document', json)),
    version: versionIn(document),
  };
}

/** @throws {RecordCorrupt} */
export const summaryIn = (document: Document): Summary =>
  parseSummary(idOf(document), document.fields?.['summary']?.stringValue);

/** End of retention; `undefined` for a foreign document, which has none. */
export function expiryOf(document: Document): number | undefined {
  const expiry = document.fields?.['expire_at']?.timestampValue;
  return expiry ? Number(expiry.seconds) * 1000 + Math.floor(Number(expiry.nanos) / 1e6) : undefined;
}

export const writesOf = (document: Document): string[] =>
  document.fields?.['writes']?.arrayValue?.values?.map((value) => value.stringValue ?? '') ?? [];

/** The remembered writes of a document after one more write. */
export const withNewWrite = (writes: readonly string[]): string[] =>
  [...writes, randomUUID().slice(0, NONCE_LENGTH)].slice(-MOST_WRITES);

/** Takes 60 random bits of a UUID. Node keeps random UUIDs in stock, so this costs a tenth of `randomBytes`. */
const NONCE_LENGTH = 18;

export const integerOf = (document: Document, field: string): number =>
  Number(document.fields?.[field]?.integerValue);

/** The time of the last write and the remembered writes. With both in the version, the next write needs no read. */
export const versionOf = (time: Timestamp | null | undefined, writes: readonly string[] = []): Version =>
  `${time?.seconds}.${String(time?.nanos ?? 0).padStart(9, '0')}${writes.map((nonce) => ` ${nonce}`).join('')}`;

export const versionIn = (document: Document): Version => versionOf(document.updateTime, writesOf(document));

/** Whether the last write to the document was at `time`. */
export const isAt = (document: Document, time: Timestamp): boolean =>
  versionOf(document.updateTime) === versionOf(time);

/** `undefined` if no document can have this version. */
export function stateOf(version: Version): { updateTime: Timestamp; writes: string[] } | undefined {
  const [time = '', ...writes] = version.split(' ');
  const [, seconds, nanos] = /^(\d{1,11})\.(\d{9})$/.exec(time) ?? [];
  return seconds === undefined ? undefined : { updateTime: { seconds, nanos: Number(nanos) }, writes };
}

export const toTimestamp = (ms: number): Timestamp => ({
  seconds: Math.floor(ms / 1000),
  nanos: (ms % 1000) * 1e6,
});

/** Ids are random or hashes, so their digits spread evenly. */
const dueShard = (id: string): number => Number.parseInt(id.slice(-8), 16) % DUE_SHARDS;

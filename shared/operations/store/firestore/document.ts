import { randomUUID } from 'node:crypto';
import type { Operation } from '../../record/record.ts';
import type { Summary } from '../../record/summary.ts';
import type { Stored, Version } from '../port.ts';
import { CORRUPT, parseJson, parseRecord, parseSummary, serialise, serialiseSummary } from '../serialise.ts';
import type { Document, Fields, Timestamp } from './client.ts';
import { DUE_SHARDS } from './queries.ts';

/** What a record is read from: not what only queries look at. */
export const READ_FIELDS = ['document', 'writes', 'expire_at'];
/** What tells of a document whether it is there and whose writes made it. */
export const LOOKED_AT = ['writes', 'expire_at'];

/**
 * How many writes a document remembers. A writer that got no answer looks within seconds, and in seconds nobody writes one
 * document so often; for ever they would come to fill it, in a certification in two days.
 */
export const MOST_WRITES = 16;

/**
 * The document of a record that `writes` made what it is: what queries and TTL look at in fields of its own, and the record as JSON in `document`. As JSON, since
 * Firestore's own values cannot hold every record: it has no arrays in arrays, no more than 20 levels, no keys like
 * `__x__`. It is also one field to exempt from indexing in place of every field a record may ever have.
 * `summary`, JSON too, is what a list reads in its place. `due_*` are there while the operation is unfinished, `set_aside_at`
 * while its record was due and does not parse: then `status` is `CORRUPT`.
 * `writes` names the latest writes, last the latest: each is a nonce.
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

/** What postpones an operation, and nothing of its record. */
export const postponement = (due_at: number, writes: readonly string[]): Fields => ({
  due_at: { integerValue: due_at },
  writes: writesField(writes),
});

/** What takes a corrupt record out of every count and list until `due_at`, and nothing of the record. */
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
    operation: parseRecord(idOf(document), parseJson('document', json)),
    version: versionIn(document),
  };
}

/** @throws {RecordCorrupt} */
export const summaryIn = (document: Document): Summary =>
  parseSummary(idOf(document), document.fields?.['summary']?.stringValue);

/** `undefined` for a foreign document, which has no end of its retention. */
export function expiryOf(document: Document): number | undefined {
  const expiry = document.fields?.['expire_at']?.timestampValue;
  return expiry ? Number(expiry.seconds) * 1000 + Math.floor(Number(expiry.nanos) / 1e6) : undefined;
}

export const writesOf = (document: Document): string[] =>
  document.fields?.['writes']?.arrayValue?.values?.map((value) => value.stringValue ?? '') ?? [];

/** The writes of a document after one more, the last. */
export const withNewWrite = (writes: readonly string[]): string[] =>
  [...writes, randomUUID().slice(0, NONCE_LENGTH)].slice(-MOST_WRITES);

/** Of a UUID this is 60 random bits, and to be drawn from Node's stock of them a tenth of what `randomBytes` takes. */
const NONCE_LENGTH = 18;

export const integerOf = (document: Document, field: string): number =>
  Number(document.fields?.[field]?.integerValue);

/** The time of the last write, and the writes that the document remembers, so that the next one need not ask for them. */
export const versionOf = (time: Timestamp | null | undefined, writes: readonly string[] = []): Version =>
  `${time?.seconds}.${String(time?.nanos ?? 0).padStart(9, '0')}${writes.map((nonce) => ` ${nonce}`).join('')}`;

export const versionIn = (document: Document): Version => versionOf(document.updateTime, writesOf(document));

/** `undefined` for what no document ever had as its version. */
export function stateOf(version: Version): { updateTime: Timestamp; writes: string[] } | undefined {
  const [time = '', ...writes] = version.split(' ');
  const [, seconds, nanos] = /^(\d{1,11})\.(\d{9})$/.exec(time) ?? [];
  return seconds === undefined ? undefined : { updateTime: { seconds, nanos: Number(nanos) }, writes };
}

export const toTimestamp = (ms: number): Timestamp => ({
  seconds: Math.floor(ms / 1000),
  nanos: (ms % 1000) * 1e6,
});

/** Ids are random, or a hash. */
const dueShard = (id: string): number => Number.parseInt(id.slice(0, 8), 16) % DUE_SHARDS;

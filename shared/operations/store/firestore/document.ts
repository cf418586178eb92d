import { createHash } from 'node:crypto';
import type { Operation } from '../../record/record.ts';
import type { Summary } from '../../record/summary.ts';
import type { Stored, Version } from '../port.ts';
import { CORRUPT, parseJson, parseRecord, parseSummary, serialise, serialiseSummary } from '../serialise.ts';
import type { Document, Fields, Timestamp } from './client.ts';
import { DUE_SHARDS } from './queries.ts';

/**
 * A document: what queries and TTL look at in fields of its own, and the record as JSON in `document`. As JSON, since
 * Firestore's own values cannot hold every record: it has no arrays in arrays, no more than 20 levels, no keys like
 * `__x__`. It is also one field to exempt from indexing in place of every field a record may ever have.
 * `summary`, JSON too, is what a list reads in its place. `due_*` are there while the operation is unfinished, `set_aside_at`
 * while its record was due and does not parse: then `status` is `CORRUPT`.
 *
 * The list is what a write replaces, as an update mask: a field in it without a value is deleted.
 */
export const FIELD_MASK = [
  'tenant_id',
  'endpoint',
  'status',
  'created_at',
  'due_at',
  'due_shard',
  'expire_at',
  'set_aside_at',
  'summary',
  'document',
];

/** Names the writes that made the document what it is, first to last: each is a nonce. */
export const WRITES = 'writes';

/** @throws {RecordTooLarge} */
export function fieldsOf(record: Operation): Fields {
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
    summary: { stringValue: serialiseSummary(record) },
    document: { stringValue: serialise(record) },
  };
}

/** What postpones an operation, and nothing of its record. */
export const postponement = (due_at: number): Fields => ({ due_at: { integerValue: due_at } });

/** What takes a corrupt record out of every count and list until `due_at`, and nothing of the record. */
export const settingAside = (set_aside_at: number, due_at: number): Fields => ({
  status: { stringValue: CORRUPT },
  set_aside_at: { integerValue: set_aside_at },
  ...postponement(due_at),
});

export const isSetAside = (document: Document): boolean =>
  document.fields?.['status']?.stringValue === CORRUPT;

export const idOf = (document: Document): string => document.name?.split('/').at(-1) ?? '';

/** @throws {RecordCorrupt} */
export function storedOf(document: Document): Stored {
  const json = document.fields?.['document']?.stringValue;
  return {
    operation: parseRecord(idOf(document), parseJson('document', json)),
    version: versionOf(document.updateTime),
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

export function writesOf(document: Document): string[] {
  return document.fields?.[WRITES]?.arrayValue?.values?.map((value) => value.stringValue ?? '') ?? [];
}

export const integerOf = (document: Document, field: string): number =>
  Number(document.fields?.[field]?.integerValue);

export const versionOf = (time: Timestamp | null | undefined): Version =>
  `${time?.seconds}.${String(time?.nanos ?? 0).padStart(9, '0')}`;

/** `undefined` for what no document ever had as its version. */
export function timeOf(version: Version): Timestamp | undefined {
  const [, seconds, nanos] = /^(\d{1,11})\.(\d{9})$/.exec(version) ?? [];
  return seconds === undefined ? undefined : { seconds, nanos: Number(nanos) };
}

export const toTimestamp = (ms: number): Timestamp => ({
  seconds: Math.floor(ms / 1000),
  nanos: (ms % 1000) * 1e6,
});

const dueShard = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE() % DUE_SHARDS;

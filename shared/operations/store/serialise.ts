import type * as z from 'zod';
import { parseJson } from '../../parse-json.ts';
import { isFinished, type Operation, operation } from '../record/record.ts';
import { type Summary, summaryOf, summarySchema } from '../record/summary.ts';
import { pack, unpack } from './pack.ts';
import { MAX_RECORD_BYTES, RecordCorrupt, RecordTooLarge, type Stored } from './port.ts';

/**
 * Called for a record that a query skipped because it does not parse: once for a due record, when it is set aside, and each
 * time for a listed one. `faults` names the faults, not the content.
 */
export type OnCorrupt = (id: string, faults: string) => void;

/**
 * The record as JSON, packed where it is long.
 * @throws {RecordTooLarge} past `MAX_RECORD_BYTES`
 */
export function serialise(record: Operation): string {
  const json = pack(JSON.stringify(record));
  checkSize(Buffer.byteLength(json));
  return json;
}

/** @throws {RecordTooLarge} past `MAX_RECORD_BYTES` */
export function checkSize(bytes: number): void {
  if (bytes > MAX_RECORD_BYTES) throw new RecordTooLarge(`${bytes} bytes, ${MAX_RECORD_BYTES} are allowed`);
}

/**
 * The operation that is stored under `id`.
 * @throws {RecordCorrupt} it is no operation, or that of another id
 */
export const parseRecord = (id: string, stored: unknown): Operation => parseAs(operation, id, stored);

/** The summary of the record, as JSON. */
export const serialiseSummary = (record: Operation): string => JSON.stringify(summaryOf(record));

/**
 * The summary that is stored under `id`, from its JSON.
 * @throws {RecordCorrupt} it is no summary, or that of another id
 */
export const parseSummary = (id: string, json: unknown): Summary =>
  parseAs(summarySchema, id, parseStoredJson('summary', json));

function parseAs<T extends { id: string }>(schema: z.ZodType<T>, id: string, stored: unknown): T {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'record'}: ${code}`);
    throw new RecordCorrupt(faults.join('; '));
  }
  if (parsed.data.id !== id) throw new RecordCorrupt('id: not the one it is stored under');
  return parsed.data;
}

/** @throws {RecordCorrupt} not JSON */
export function parseStoredJson(field: string, stored: unknown): unknown {
  const value = parseJson(unpacked(field, stored));
  if (value === undefined) throw new RecordCorrupt(`${field}: not JSON`);
  return value;
}

/** @throws {RecordCorrupt} it was packed, and is damaged */
export function unpacked(field: string, stored: unknown): string {
  const json = unpack(String(stored));
  if (json === undefined) throw new RecordCorrupt(`${field}: cannot be unpacked`);
  return json;
}

/** Parses a record. If it is corrupt, reports that to `skipped` and returns `undefined`. */
export function skipCorrupt<T>(parse: () => T, skipped: (faults: string) => void): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RecordCorrupt)) throw error;
    skipped(error.message);
    return undefined;
  }
}

/** When the store takes the operation for due. A postponement changes this without changing the record. */
export const dueAt = (stored: Stored, due_at: number): Stored =>
  isFinished(stored.operation) ? stored : { ...stored, operation: { ...stored.operation, due_at } };

import type { Operation } from '../../record/record.ts';
import type { Summary } from '../../record/summary.ts';
import { pack } from '../pack.ts';
import { checkSize, parseRecord, parseStoredJson, parseSummary, unpacked } from '../serialise.ts';

/** A record as it is stored: what queries look at, and the whole of it as JSON in two parts. */
export interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly endpoint: string;
  readonly status: string;
  readonly created_at: number;
  readonly due_at: number | null;
  readonly expire_at: number;
  readonly summary: string;
  readonly document: string;
}

/** @throws {RecordTooLarge} */
export function rowOf(record: Operation): Row {
  const { input, result, ...rest } = record as Operation & { result?: unknown };
  const { id, tenant_id, endpoint, status, created_at, expire_at } = record;
  const due_at = 'due_at' in record ? record.due_at : null;
  const parts = { summary: JSON.stringify(rest), document: pack(JSON.stringify({ input, result })) };
  const bytes = Buffer.byteLength(parts.summary) + Buffer.byteLength(parts.document);
  // A comma in place of two braces.
  checkSize(bytes - 1);
  return { id, tenant_id, endpoint, status, created_at, due_at, expire_at, ...parts };
}

/** @throws {RecordCorrupt} */
export function recordIn(id: string, summary: unknown, document: unknown): Operation {
  return parseRecord(
    id,
    parseStoredJson('record', `${String(summary).slice(0, -1)},${unpacked('document', document).slice(1)}`),
  );
}

/** @throws {RecordCorrupt} */
export const summaryIn = (row: Record<string, unknown>): Summary =>
  parseSummary(String(row['id']), row['summary']);

import { randomUUID } from 'node:crypto';
import { newOperationId } from '../../shared/operations/record/ids.ts';
import type { Operation, Unfinished } from '../../shared/operations/record/record.ts';
import { RULES_MODEL } from '../../shared/providers/tamil.ts';
import { TEXT } from '../systems/text.ts';

const DAY_MS = 86_400_000;
const TENANTS = 100;

export const tenant = (n = Math.random() * TENANTS): string => `tenant-${Math.floor(n) % TENANTS}`;

/** An operation as a request makes it. */
export function queued(): Unfinished {
  const now = Date.now();
  return {
    id: newOperationId(now, false),
    tenant_id: tenant(),
    request_id: randomUUID(),
    endpoint: 'proofread',
    status: 'queued',
    input: { text: TEXT, language: 'ta' },
    created_at: now,
    updated_at: now,
    expire_at: now + 30 * DAY_MS,
    due_at: now + 30_000,
    attempts: 0,
    generation: 0,
  };
}

/** As a worker claims it. */
export function running(operation: Unfinished): Unfinished {
  const now = Date.now();
  const lease = { token: randomUUID(), task: `${operation.id}-0`, dispatch: 0, expires_at: now + 270_000 };
  return { ...operation, status: 'running', attempts: 1, updated_at: now, due_at: lease.expires_at, lease };
}

/** With two findings, as the offline engine has them. */
export function finished({ due_at: _, lease: __, ...operation }: Unfinished): Operation {
  const now = Date.now();
  const finding = { type: 'spelling', severity: 'medium', message: TEXT, rule: 'sandhi/demonstrative' };
  const issues = [
    { ...finding, start: 0, end: 4, suggestion: 'அந்தப்' },
    { ...finding, start: 11, end: 14, suggestion: 'ஓர்' },
  ];
  return {
    ...operation,
    status: 'succeeded',
    updated_at: now,
    completed_at: now,
    provider: 'rules',
    model: RULES_MODEL,
    latency_ms: 1,
    result: { original_text: TEXT, corrected_text: TEXT, issues },
  };
}

import { createHash } from 'node:crypto';
import type { Finished, Operation, Unfinished } from '../../shared/operations/record/record.ts';

/** 2026-01-01T00:00:00Z, the clock of the store suite. */
export const START = Date.UTC(2026, 0, 1);
export const RETENTION = 30 * 24 * 3600_000;

/** A UUID that is the same for the same name. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const common = (name: string) => ({
  id: idOf(name),
  tenant_id: 'school-1',
  request_id: `request-${name}`,
  endpoint: 'proofread' as const,
  input: { text: 'அவன் வந்தான்' },
  created_at: START,
  updated_at: START,
  expire_at: START + RETENTION,
  attempts: 0,
  generation: 0,
});

export function queued(name: string, changes: Partial<Unfinished> = {}): Operation {
  return { ...common(name), status: 'queued', due_at: START, ...changes } as Operation;
}

export function running(name: string, changes: Partial<Unfinished> = {}): Operation {
  const lease = { token: 't1', task: `${idOf(name)}-0`, dispatch: 1, expires_at: START + 240_000 };
  return {
    ...common(name),
    status: 'running',
    attempts: 1,
    lease,
    due_at: lease.expires_at,
    ...changes,
  } as Operation;
}

export function succeeded(name: string, result: unknown, changes: Partial<Finished> = {}): Operation {
  return { ...common(name), status: 'succeeded', completed_at: START + 5, result, ...changes } as Operation;
}

export function failed(name: string, changes: Partial<Finished> = {}): Operation {
  const error = { code: 'deadline-exceeded', message: 'Not finished in time' };
  return { ...common(name), status: 'failed', completed_at: START + 5, error, ...changes } as Operation;
}

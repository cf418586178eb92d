import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '../../local/start/service.ts';
import { parseConfig } from '../../shared/config.ts';
import { PROBLEMS, type ProblemCode } from '../../shared/errors.ts';

const TEXT = 'அந்த பையன் ஒரு ஆடு வாங்கினான்.';
const ESSAY = 'மழை உயிர்களுக்கு அமுதம். 1876 இல் பெரும் பஞ்சம் வந்தது.\n\nஎனவே நீரைக் காப்போம்.';

/** What a request sends, and the document shows of it. */
export const BODIES = {
  proofread: { text: TEXT },
  'essay-critique': { essay: ESSAY, disabled_rules: ['spacing'] },
  certification: { mode: 'quick' },
};

/** The names of the answers that are no problems. */
const ANSWERS = [
  'proofread',
  'proofreadQueued',
  'critique',
  'critiqueQueued',
  'certification',
  'operation',
  'cancelled',
  'list',
] as const;
type AnswerName = (typeof ANSWERS)[number];

/** Bodies of answers, as the service gave them. */
export interface Examples {
  readonly answers: Readonly<Record<AnswerName, unknown>>;
  readonly problems: Readonly<Partial<Record<ProblemCode, unknown>>>;
}

interface Asked {
  readonly name: AnswerName | ProblemCode;
  readonly path: string | ((answers: ReadonlyMap<string, { operation_id?: string }>) => string);
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly cancel?: boolean;
}

const ASYNC = { Prefer: 'respond-async' };
const certifications = '/v1/admin/integrations/moodle-1/certifications';
const ASKED: readonly Asked[] = [
  { name: 'proofread', path: '/v1/proofread', body: BODIES.proofread },
  { name: 'critique', path: '/v1/essay-critique', body: BODIES['essay-critique'] },
  { name: 'list', path: '/v1/operations?status=succeeded&page_size=1' },
  { name: 'proofreadQueued', path: '/v1/proofread', body: BODIES.proofread, headers: ASYNC },
  { name: 'critiqueQueued', path: '/v1/essay-critique', body: BODIES['essay-critique'], headers: ASYNC },
  { name: 'certification', path: certifications, body: BODIES.certification },
  { name: 'certification-running', path: certifications, body: BODIES.certification },
  { name: 'operation', path: (answers) => pathOf(answers, 'proofread') },
  { name: 'cancelled', path: (answers) => `${pathOf(answers, 'certification')}/cancel`, cancel: true },
  {
    name: 'operation-already-finished',
    path: (answers) => `${pathOf(answers, 'proofread')}/cancel`,
    cancel: true,
  },
  { name: 'validation-error', path: '/v1/proofread', body: { text: ' ', language: 'en', speed: 'high' } },
  { name: 'unauthorized', path: '/v1/operations', headers: { Authorization: '' } },
  { name: 'not-found', path: '/v1/operations/b3eb9d99-6c1f-4a59-8d43-4d8f2c0f7a11' },
  {
    name: 'idempotency-key-reused',
    path: '/v1/proofread',
    body: { text: ESSAY },
    headers: { 'Idempotency-Key': 'proofread' },
  },
  {
    name: 'unsupported-media-type',
    path: '/v1/proofread',
    body: BODIES.proofread,
    headers: { 'Content-Type': 'text/plain' },
  },
];

const pathOf = (answers: ReadonlyMap<string, { operation_id?: string }>, name: AnswerName): string =>
  `/v1/operations/${answers.get(name)?.operation_id}`;

/**
 * Asks a service of its own, as `npm start` serves, and keeps what it answers. What differs each time, times and durations, is
 * replaced.
 */
export async function recordExamples(): Promise<Examples> {
  const directory = mkdtempSync(join(tmpdir(), 'examples-'));
  const env = {
    PORT: '0',
    SQLITE_PATH: join(directory, 'operations.db'),
    PROVIDER: 'rules',
    LOG_LEVEL: 'silent',
  };
  const service = await startService(parseConfig(env, 'all'));
  try {
    const token = await service.issuer?.issue({ tenant_id: 'school-7', roles: ['tenant_admin'] });
    const answers = new Map<string, { operation_id?: string }>();
    for (const { name, path, body, headers, cancel } of ASKED) {
      const sent = cancel === true || body !== undefined;
      const response = await fetch(new URL(typeof path === 'string' ? path : path(answers), service.url), {
        method: sent ? 'POST' : 'GET',
        headers: {
          Authorization: `Bearer ${token}`,
          'X-Request-Id': `example-${name}`,
          ...(body !== undefined && { 'Content-Type': 'application/json', 'Idempotency-Key': name }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer: Record<string, unknown> = (await response.json()) as never;
      const isProblem = name in PROBLEMS;
      if (isProblem ? answer['code'] !== name : !response.ok)
        throw new Error(`${name}: ${response.status} ${JSON.stringify(answer)}`);
      answers.set(name, answer);
    }
    const settled = (names: readonly string[]) =>
      Object.fromEntries(
        names.flatMap((name) => (answers.has(name) ? [[name, settle(answers.get(name))]] : [])),
      );
    return { answers: settled(ANSWERS) as Examples['answers'], problems: settled(Object.keys(PROBLEMS)) };
  } finally {
    await service.close();
    rmSync(directory, { recursive: true });
  }
}

const BEGUN = Date.parse('2026-11-22T04:30:00.000Z');
const TOOK_MS = 12;
const SETTLED: Readonly<Record<string, unknown>> = {
  created_at: new Date(BEGUN).toISOString(),
  updated_at: new Date(BEGUN + TOOK_MS).toISOString(),
  completed_at: new Date(BEGUN + TOOK_MS).toISOString(),
  latency_ms: TOOK_MS,
};

/** The same answer at another time. */
function settle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settle);
  if (typeof value !== 'object' || value === null) return value;
  const settled = Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, SETTLED[name] ?? settle(one)]),
  );
  if ('created_at' in settled && !('completed_at' in settled)) settled['updated_at'] = settled['created_at'];
  if ('next_page_token' in settled) settled['next_page_token'] = tokenOf(settled);
  return settled;
}

/** A page's token names where the page ended. */
function tokenOf({ operations }: Record<string, unknown>): string {
  const last = (operations as { operation_id: string }[]).at(-1);
  return `${BEGUN}_${last?.operation_id}`;
}

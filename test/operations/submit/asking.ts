import { afterEach, beforeEach, expect, vi } from 'vitest';
import { Problem } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { RecordTooLarge } from '../../../shared/operations/store/port.ts';
import { type Submission, type Submitted, submit } from '../../../shared/operations/submit/submit.ts';
import { work } from '../../../shared/operations/work/work.ts';
import { taskName } from '../../../shared/queue/port.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

export const DAY_MS = 86_400_000;
export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What `ask` asks. It is another for each test of a file that imports this module. */
export let fixture: ServiceFixture;
/** Serves the rest of a test with other limits. */
export const reopen = async (...options: Parameters<typeof openServices>) => {
  await fixture[Symbol.asyncDispose]();
  fixture = openServices(...options);
};
beforeEach(() => {
  fixture = openServices();
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
});

export const text = (length: number) => 'அ'.repeat(length);
/** Asks for a short proofread, or for what `changes` say. */
export const ask = (changes: Partial<Submission> = {}): Promise<Submitted> =>
  submit(fixture.services, {
    kind: fixture.services.kinds.of('proofread'),
    input: { text: 'அந்த பையன் வந்தான்.', language: 'ta' },
    tenant_id: 'school-1',
    request_id: 'request-1',
    key: undefined,
    preferences: { respondAsync: false, wait: undefined },
    traceparent: TRACEPARENT,
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
    ...changes,
  });
export const respondAsync = (wait?: number) => ({ preferences: { respondAsync: true, wait } });
export const wait = (seconds: number) => ({ preferences: { respondAsync: false, wait: seconds } });
/** The problem that a request is answered with. */
export const problemOf = (asked: Promise<unknown>): Promise<Problem> =>
  asked.then(
    (answer) => Promise.reject(new Error(`answered: ${JSON.stringify(answer)}`)),
    (error: unknown) => {
      expect(error).toBeInstanceOf(Problem);
      return error as Problem;
    },
  );
export const stored = async (id: string): Promise<Operation | undefined> =>
  (await fixture.services.store.read(id))?.operation;
export const tooLarge = () => Promise.reject(new RecordTooLarge('2 MB'));
/** Delivers the task of an operation to the worker. */
export const deliver = (id: string, generation = 0) =>
  work(fixture.services, {
    operation_id: id,
    task: taskName({ operation_id: id, generation }),
    dispatch: 0,
  });

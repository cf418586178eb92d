import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Unfinished } from '../../../shared/operations/record/record.ts';
import { enqueue, enqueueForgotten } from '../../../shared/operations/submit/enqueue.ts';
import { idOf, queued, running, START, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const operation = queued('a', { generation: 3, traceparent: TRACEPARENT }) as Unfinished;
const task = { operation_id: idOf('a'), generation: 3, created_at: START, traceparent: TRACEPARENT };

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
});

describe('an operation that is handed to the queue', () => {
  it('is a task of its generation, with a delay only where it is to be worked on later', async () => {
    for (const resume_at of [undefined, START - 1, START, START + 1])
      await enqueue(fixture.services, { ...operation, ...(resume_at !== undefined && { resume_at }) });
    expect(fixture.queue.tasks).toEqual([task, task, task, { ...task, delay_ms: 1 }]);
  });

  it('is left to the sweep by a queue that takes none, and the log says so', async () => {
    fixture.queue.down = true;
    await enqueue(fixture.services, operation);
    expect(fixture.logged).toMatchObject([
      {
        severity: 'WARNING',
        message: 'enqueue',
        outcome: 'left-to-sweep',
        operation_id: idOf('a'),
        tenant_id: 'school-1',
        endpoint: 'proofread',
        err: { message: 'down' },
      },
    ]);
  });
});

describe('an operation whose request may not have come to enqueue it', () => {
  const forgotten = async (one = queued('a'), afterMs = 4000) => {
    fixture.clock.now = START + afterMs;
    await enqueueForgotten(fixture.services, one);
    return fixture.queue.tasks;
  };

  it('is enqueued without a delay', async () => {
    expect(await forgotten(operation)).toEqual([task]);
  });

  it('is left alone for the first four seconds', async () => {
    expect(await forgotten(queued('a'), 3999)).toEqual([]);
  });

  it.each([
    ['runs', running('a')],
    ['has ended', succeeded('a', {})],
    [
      'is in its synchronous window',
      queued('a', { lease: { token: 't', task: 't', dispatch: 0, expires_at: 1 } }),
    ],
    ['was handed over', queued('a', { updated_at: START + 1 })],
  ])('is left alone where it %s', async (_, one) => {
    expect(await forgotten(one)).toEqual([]);
  });

  it('is waited for a second at most', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const enqueued = vi.spyOn(fixture.services.queue, 'enqueue');
    await forgotten();
    expect(timeout.mock.calls).toEqual([[1000]]);
    expect(enqueued.mock.calls[0]?.[1]).toBe(timeout.mock.results[0]?.value);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancel } from '../../shared/operations/access/cancel.ts';
import { ProviderRejected, ProviderUnavailable } from '../../shared/operations/kind.ts';
import { isFinished, type Operation, type Unfinished } from '../../shared/operations/record/record.ts';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { submit } from '../../shared/operations/submit/submit.ts';
import { sweep } from '../../shared/operations/work/sweep.ts';
import { type Worked, work } from '../../shared/operations/work/work.ts';
import { type Task, taskName } from '../../shared/queue/port.ts';
import { traceparentOf } from '../../shared/trace.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../support/service-fixture.ts';

const LIMITS = { maxAttempts: 3, maxAgeMs: 600_000 };
const RUNNING = { kind: 'done', status: 'running' };
const SUCCEEDED = { kind: 'done', status: 'succeeded' };

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices(LIMITS, { unfinishedOperations: 1 });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const certify = async (mode: 'quick' | 'full' = 'full') => {
  const { operation } = await submit(fixture.services, {
    kind: fixture.services.kinds.of('onboarding-certify'),
    input: { mode, integrationId: 'lms' },
    tenant_id: 'school-1',
    request_id: 'request-1',
    key: undefined,
    preferences: { respondAsync: false, wait: undefined },
    traceparent: traceparentOf(undefined),
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
  });
  return operation.id;
};
const stored = async (id: string) => (await fixture.services.store.read(id))?.operation as Operation;
const all = async () => {
  const { operations } = await fixture.services.store.list({ tenant_id: 'school-1', page_size: 100 });
  return Promise.all(operations.map(({ id }) => stored(id)));
};
const children = async () =>
  (await all())
    .filter(({ endpoint }) => endpoint !== 'onboarding-certify')
    .toSorted((a, b) => (a.endpoint > b.endpoint ? -1 : 1));
const child = async (endpoint: string) =>
  (await children()).find((op) => op.endpoint === endpoint) as Operation;
const step = (id: string, task = 'task'): Promise<Worked> =>
  work(fixture.services, { operation_id: id, task, dispatch: 0 });
const later = (ms: number) => {
  fixture.clock.now += ms;
};
const tasksOf = (id: string) => fixture.queue.tasks.filter(({ operation_id }) => operation_id === id);
const lastTask = (id: string) => tasksOf(id).at(-1) as Task;

describe('a step', () => {
  it('starts the checks, and yields for two seconds to a task of its own', async () => {
    const id = await certify();
    expect(await step(id)).toEqual(RUNNING);
    expect((await children()).map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['proofread', 'queued'],
      ['essay-critique', 'queued'],
    ]);
    expect(await stored(id)).toMatchObject({
      status: 'running',
      attempts: 0,
      progress: 0,
      resume_at: fixture.clock.now + 2000,
    });
    expect(lastTask(id)).toMatchObject({ generation: 1, delay_ms: 2000 });
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('waits as long again as it has waited, up to five seconds', async () => {
    const id = await certify();
    const pauses: (number | undefined)[] = [];
    for (const age of [0, 2100, 4999, 60_000]) {
      fixture.clock.now = (await stored(id)).created_at + age;
      await step(id);
      pauses.push(lastTask(id).delay_ms);
    }
    expect(pauses).toEqual([2000, 2100, 4999, 5000]);
  });

  it('tells how many checks are done, and costs two writes whatever it finds', async () => {
    const id = await certify();
    await step(id);
    const { id: first } = await child('proofread');
    await step(first);
    later(2000);
    const before = { ...fixture.storeCalls };
    expect(await step(id)).toEqual(RUNNING);
    expect(fixture.storeCalls).toEqual({
      create: before.create,
      read: before.read + 3,
      update: before.update + 2,
    });
    expect(await stored(id)).toMatchObject({ progress: 0.5 });
  });

  it('judges the checks when all have finished', async () => {
    const id = await certify();
    await step(id);
    for (const [index, op] of (await children()).entries()) {
      later(100 * (index + 1));
      await step(op.id);
    }
    later(2000);
    expect(await step(id)).toEqual(SUCCEEDED);
    const [first, second] = await children();
    expect(await stored(id)).toMatchObject({
      latency_ms: 2300,
      result: {
        mode: 'full',
        passed: true,
        checks: [
          { name: 'proofread', passed: true, latency_ms: 100, operation_id: first?.id },
          { name: 'essay-critique', passed: true, latency_ms: 300, operation_id: second?.id },
        ],
      },
    });
    expect(await stored(id)).not.toHaveProperty('model');
  });

  it('finds no fault with what the engine added to the model’s findings', async () => {
    const issue = { type: 'spelling', severity: 'low', message: 'பிழை', start: 0, end: 3 } as const;
    fixture.provider.script = (call) =>
      call.request.analysis === 'proofread'
        ? { issues: [{ ...issue, suggestion: 'அது', source: 'rules' }] }
        : nothingFound(call);
    const id = await certify('quick');
    await step(id);
    await step((await child('proofread')).id);
    expect(await child('proofread')).toMatchObject({ result: { issues: [{ source: 'rules' }] } });
    later(2000);
    expect(await step(id)).toEqual(SUCCEEDED);
    expect(await stored(id)).toMatchObject({ result: { passed: true } });
    expect(JSON.stringify(await stored(id))).not.toContain('source');
  });

  it('of the quick mode there is one check, of the sentence', async () => {
    const id = await certify('quick');
    await step(id);
    expect((await children()).map(({ input }) => input)).toEqual([
      { text: 'இது சரிபார்ப்பு சான்றிதழ் சோதனை உரை.', language: 'ta' },
    ]);
  });

  it('that the queue took no task for is followed by the sweep’s', async () => {
    const id = await certify();
    fixture.queue.down = true;
    expect(await step(id)).toEqual(RUNNING);
    fixture.queue.down = false;
    later(32_000);
    expect((await sweep(fixture.services, { budgetMs: 1000 })).requeued).toBeGreaterThanOrEqual(1);
    expect(lastTask(id)).toMatchObject({ generation: 2 });
    for (const { id: one } of await children()) await step(one);
    expect(await step(id)).toEqual(SUCCEEDED);
  });
});

describe('a delivery that comes before the next step', () => {
  it('makes no step, and sees that there is a task for it', async () => {
    const id = await certify();
    await step(id);
    const { generation, created_at } = (await stored(id)) as Unfinished;
    fixture.queue.tasks.length = 0;
    later(100);
    expect(await step(id, 'the task that was redelivered')).toEqual(RUNNING);
    expect(tasksOf(id)).toEqual([expect.objectContaining({ generation, delay_ms: 1900 })]);
    expect(taskName(lastTask(id))).toBe(taskName({ operation_id: id, generation, created_at }));
    expect(await stored(id)).toMatchObject({ generation });
  });

  it('so that duplicates do not beget duplicates', async () => {
    const id = await certify();
    const names = () => new Set(tasksOf(id).map(taskName)).size;
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all([step(id, 'a'), step(id, 'b')]);
      await step(id, 'c');
      expect(names()).toBe(round + 1);
      later(5000);
    }
  });
});

describe('after a crash', () => {
  it('of a step that had started one check, the next starts the other, and neither twice', async () => {
    const id = await certify();
    fixture.interpose((store) => ({
      create: async (op) => {
        if (op.endpoint === 'essay-critique') throw new StoreUnavailable('away');
        return store.create(op);
      },
    }));
    expect(await step(id)).toMatchObject({ kind: 'rescheduled' });
    fixture.interpose(() => ({}));
    later(5000);
    const [first] = await children();
    await step(first?.id ?? '');
    expect(await step(id)).toEqual(RUNNING);
    expect(await children()).toHaveLength(2);
    expect(await child('proofread')).toEqual(await stored(first?.id ?? ''));
    await step((await child('essay-critique')).id);
    later(5000);
    expect(await step(id)).toEqual(SUCCEEDED);
    expect(fixture.provider.calls).toHaveLength(2);
  });

  it('attempts are counted from the last step that came to its end', async () => {
    const id = await certify();
    const crash = async () => {
      fixture.interpose(() => ({ create: () => Promise.reject(new StoreUnavailable('away')) }));
      expect(await step(id)).toMatchObject({ kind: 'rescheduled' });
      fixture.interpose(() => ({}));
      later(15_000);
    };
    await crash();
    await crash();
    expect(await stored(id)).toMatchObject({ attempts: 2 });
    await step(id);
    expect(await stored(id)).toMatchObject({ attempts: 0, status: 'running' });
  });

  it('at every step it fails like any other', async () => {
    const id = await certify();
    fixture.interpose((store) => ({
      create: () => Promise.reject(new StoreUnavailable('away')),
      update: store.update.bind(store),
    }));
    for (let attempt = 1; attempt < LIMITS.maxAttempts; attempt += 1) {
      await step(id);
      later(15_000);
    }
    expect(await step(id)).toEqual({ kind: 'done', status: 'failed' });
    expect(await stored(id)).toMatchObject({ error: { code: 'internal-error' } });
  });
});

describe('a check that does not pass', () => {
  const outcome = async (id: string) => {
    for (const op of await children())
      for (let attempt = 0; attempt < LIMITS.maxAttempts && !isFinished(await stored(op.id)); attempt += 1) {
        await step(op.id);
        later(15_000);
      }
    later(5000);
    expect(await step(id)).toEqual(SUCCEEDED);
    const op = await stored(id);
    // biome-ignore lint/suspicious/noExplicitAny: a result is not typed
    return op.status === 'succeeded' ? (op.result as any) : undefined;
  };

  it('is named with the reason of the refusal; the others are judged all the same', async () => {
    fixture.provider.script = (call) => {
      if (call.request.analysis === 'proofread')
        throw new ProviderRejected('provider-request-rejected', 'Refused.');
      return nothingFound(call);
    };
    const id = await certify();
    await step(id);
    const { passed, checks } = await outcome(id);
    expect(passed).toBe(false);
    expect(checks).toMatchObject([
      { name: 'proofread', passed: false, detail: 'provider-request-rejected: Refused.' },
      { name: 'essay-critique', passed: true },
    ]);
    expect(checks[1]).not.toHaveProperty('detail');
  });

  it('had the attempts that any operation has', async () => {
    fixture.provider.script = () => {
      throw new ProviderUnavailable('away');
    };
    const id = await certify('quick');
    await step(id);
    expect((await outcome(id)).checks[0]).toMatchObject({
      passed: false,
      detail: expect.stringContaining('provider-unavailable'),
    });
    expect(fixture.provider.calls).toHaveLength(LIMITS.maxAttempts);
  });

  it('may have been cancelled by the tenant', async () => {
    const id = await certify('quick');
    await step(id);
    await cancel(fixture.services, 'school-1', (await child('proofread')).id);
    expect(await outcome(id)).toMatchObject({
      passed: false,
      checks: [{ detail: 'The operation was cancelled.' }],
    });
  });

  it.each([
    [{ corrected_text: 'வேறு' }, 'corrected_text'],
    [{ issues: 'none' }, 'not of the documented form'],
  ])('may have a result that breaks the contract: %j', async (change, detail) => {
    const id = await certify('quick');
    await step(id);
    const { id: first } = await child('proofread');
    await step(first);
    const found = await fixture.services.store.read(first);
    if (found?.operation.status !== 'succeeded') throw new Error('not finished');
    const result = { ...(found.operation.result as object), ...change };
    await fixture.services.store.update({ ...found.operation, result }, found.version);
    expect(await outcome(id)).toMatchObject({
      passed: false,
      checks: [{ passed: false, detail: expect.stringContaining(detail) }],
    });
  });
});

describe('its end', () => {
  it('comes at the age of any operation, with the checks still unfinished', async () => {
    const id = await certify();
    await step(id);
    later(LIMITS.maxAgeMs);
    expect(await step(id)).toEqual({ kind: 'done', status: 'failed' });
    expect(await stored(id)).toMatchObject({ error: { code: 'deadline-exceeded' } });
  });

  it('comes by cancelling, which cancels what is unfinished and leaves what has finished', async () => {
    const id = await certify();
    await step(id);
    await step((await child('proofread')).id);
    expect(await cancel(fixture.services, 'school-1', id)).toMatchObject({ status: 'cancelled' });
    expect(await child('proofread')).toMatchObject({ status: 'succeeded' });
    expect(await child('essay-critique')).toMatchObject({ status: 'cancelled' });
    expect(await step(id)).toEqual({ kind: 'done', status: 'cancelled' });
  });

  it('a cancel that could not reach a check does so when it is repeated', async () => {
    const id = await certify('quick');
    await step(id);
    fixture.interpose((store) => ({
      update: async (op, version) => {
        if (op.endpoint === 'proofread') throw new StoreUnavailable('away');
        return store.update(op, version);
      },
    }));
    await expect(cancel(fixture.services, 'school-1', id)).rejects.toThrow(StoreUnavailable);
    fixture.interpose(() => ({}));
    expect(await child('proofread')).toMatchObject({ status: 'queued' });
    expect(await cancel(fixture.services, 'school-1', id)).toMatchObject({ status: 'cancelled' });
    expect(await child('proofread')).toMatchObject({ status: 'cancelled' });
  });

  it.each(['proofread', 'essay-critique'])(
    'a cancel just before the step starts %s reaches that check too',
    async (endpoint) => {
      const id = await certify();
      let cancelled = false;
      fixture.interpose((store) => ({
        create: async (op) => {
          if (op.endpoint === endpoint && !cancelled) {
            cancelled = true;
            await cancel(fixture.services, 'school-1', id);
          }
          return store.create(op);
        },
      }));
      expect(await step(id)).toEqual({ kind: 'done', status: 'cancelled' });
      expect((await all()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    },
  );

  it('a check started by a step that crashed after the cancel is cancelled by the redelivery', async () => {
    const id = await certify('quick');
    const crash = Promise.withResolvers<never>();
    fixture.interpose((store) => ({
      create: async (op) => {
        await cancel(fixture.services, 'school-1', id);
        await store.create(op);
        return crash.promise;
      },
    }));
    const crashed = step(id);
    while ((await children()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    fixture.interpose(() => ({}));
    expect(await child('proofread')).toMatchObject({ status: 'queued' });
    expect(await work(fixture.services, { operation_id: id, task: 'task', dispatch: 1 })).toEqual({
      kind: 'done',
      status: 'cancelled',
    });
    expect(await child('proofread')).toMatchObject({ status: 'cancelled' });
    crash.reject(new Error('nobody waits for it'));
    await crashed;
  });
});

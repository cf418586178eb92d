import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../shared/errors.ts';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { ProviderRejected } from '../../../shared/operations/kind.ts';
import { keyedOperationId } from '../../../shared/operations/record/ids.ts';
import { type Submission, type Submitted, submit } from '../../../shared/operations/submit/submit.ts';
import { work } from '../../../shared/operations/work/work.ts';
import { nothingFound } from '../../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const TENANT = 'school-1';
const KEY = 'k-1';
const KEYED_ID = keyedOperationId({ tenant_id: TENANT, endpoint: 'proofread', key: KEY });

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices({}, { unfinishedOperations: 20 });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const ask = (changes: Partial<Submission> = {}): Promise<Submitted> =>
  submit(fixture.services, {
    kind: fixture.services.kinds.of('proofread'),
    input: { text: 'அந்த பையன் வந்தான்.', language: 'ta' },
    tenant_id: TENANT,
    request_id: 'request-1',
    key: KEY,
    preferences: { respondAsync: false, wait: undefined },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
    ...changes,
  });
const askAsync = (changes: Partial<Submission> = {}) =>
  ask({ preferences: { respondAsync: true, wait: undefined }, ...changes });
const problemOf = (asked: Promise<unknown>): Promise<Problem> =>
  asked.then(
    (answer) => Promise.reject(new Error(`answered: ${JSON.stringify(answer)}`)),
    (error: unknown) => {
      expect(error).toBeInstanceOf(Problem);
      return error as Problem;
    },
  );
const deliver = (id: string) => work(fixture.services, { operation_id: id, task: 't', dispatch: 0 });
const stored = async (id: string) => (await fixture.services.store.read(id))?.operation;
const listed = async () =>
  (await fixture.services.store.list({ tenant_id: TENANT, page_size: 100 })).operations;

const breakAccount = () => {
  fixture.provider.script = () =>
    Promise.reject(new ProviderRejected('provider-config-missing', 'The language model is not set up.'));
};
const mendAccount = () => {
  fixture.provider.script = nothingFound;
};
const OTHER = { input: { text: 'வேறு உரை.', language: 'ta' } };

describe('a fault of the provider’s account, told synchronously', () => {
  it('is a 500, and leaves nothing behind but a free key', async () => {
    breakAccount();
    for (let calls = 1; calls <= 3; calls += 1) {
      expect(await problemOf(ask())).toMatchObject({ code: 'provider-config-missing', status: 500 });
      expect(fixture.provider.calls).toHaveLength(calls);
      expect(await listed()).toEqual([]);
      expect(await stored(KEYED_ID)).toBeUndefined();
    }
    mendAccount();
    const { operation, replayed } = await ask(OTHER);
    expect([operation.id, operation.status, replayed]).toEqual([KEYED_ID, 'succeeded', false]);
    expect(await ask(OTHER)).toEqual({ operation, replayed: true, applied: [] });
  });

  it('does not stand in the way of a machine whose clock is a minute behind', async () => {
    breakAccount();
    await problemOf(ask());
    mendAccount();
    fixture.clock.now -= 60_000;
    expect(await ask()).toMatchObject({ replayed: false, operation: { status: 'succeeded' } });
  });
});

describe('a fault of the provider’s account in an operation', () => {
  const failedOnce = async (more: Partial<Submission> = {}) => {
    breakAccount();
    const { operation, replayed } = await askAsync(more);
    expect(replayed).toBe(false);
    await deliver(operation.id);
    expect(await stored(operation.id)).toMatchObject({
      status: 'failed',
      error: { code: 'provider-config-missing' },
    });
    return operation.id;
  };

  it.each([
    ['asynchronously', askAsync],
    ['synchronously', ask],
  ])('is not replayed: the key makes a new one, and the old one stays as it is (%s)', async (_, again) => {
    const failed = await failedOnce();
    const before = await stored(failed);
    mendAccount();
    const { operation, replayed } = await again();
    expect(replayed).toBe(false);
    expect(operation.id).not.toBe(failed);
    if (operation.status === 'queued') await deliver(operation.id);
    expect(await stored(failed)).toEqual(before);
    const replay = await askAsync();
    expect(replay).toMatchObject({ replayed: true, operation: { id: operation.id, status: 'succeeded' } });
    expect(fixture.provider.calls).toHaveLength(2);
    expect(fixture.queue.tasks.filter(({ operation_id }) => operation_id === failed)).toHaveLength(1);
  });

  it('may come as often as it likes: each turn is one operation, and the last is found by few reads', async () => {
    const ids = new Set<string>();
    for (let turn = 0; turn < 70; turn += 1) {
      fixture.clock.now += 1000;
      ids.add(await failedOnce());
    }
    expect(ids.size).toBe(70);
    mendAccount();
    fixture.storeCalls.read = 0;
    const { operation } = await ask();
    expect(operation.status).toBe('succeeded');
    expect(ids.has(operation.id)).toBe(false);
    expect(fixture.storeCalls.read).toBeLessThan(30);
    expect((await ask()).operation).toEqual(operation);
  });

  it('told synchronously in between leaves the key as free as it was', async () => {
    await failedOnce();
    await problemOf(ask());
    await problemOf(ask());
    expect(await listed()).toHaveLength(1);
    mendAccount();
    expect((await ask()).operation.status).toBe('succeeded');
    expect(await listed()).toHaveLength(2);
  });

  it('is told apart from the new one where that is cancelled in its window', async () => {
    const failed = await failedOnce();
    fixture.provider.script = async (call) => {
      const running = (await listed()).find(({ status }) => status === 'queued');
      await cancel(fixture.services, TENANT, running?.id ?? '');
      return nothingFound(call);
    };
    const { operation } = await ask();
    expect(operation.status).toBe('cancelled');
    expect(operation.id).not.toBe(failed);
    const lines = fixture.logged.filter(({ message, attempt }) => message === 'attempt' && attempt === 0);
    expect(lines.map(({ operation_id }) => operation_id)).toEqual([operation.id]);
  });

  it('keeps the key for its body: another is refused, in each turn', async () => {
    await failedOnce();
    expect(await problemOf(askAsync(OTHER))).toMatchObject({ code: 'idempotency-key-reused', status: 422 });
    await failedOnce();
    expect(await problemOf(ask(OTHER))).toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('makes one new operation of a hundred requests at once', async () => {
    await failedOnce();
    await failedOnce();
    mendAccount();
    const answers = await Promise.all(Array.from({ length: 100 }, () => askAsync()));
    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(fixture.queue.tasks).toHaveLength(3);
  });

  it('is another’s where the window is still open: the second request is told to wait', async () => {
    await failedOnce();
    const answering = Promise.withResolvers<void>();
    fixture.provider.script = (call) => answering.promise.then(() => nothingFound(call));
    const first = ask();
    await fixture.provider.called(2);
    expect(await problemOf(ask())).toMatchObject({ code: 'idempotency-in-progress' });
    answering.resolve();
    expect(await first).toMatchObject({ operation: { status: 'succeeded' } });
  });

  it('takes a place of the quota for the new operation, and none where there is none', async () => {
    const failed = await failedOnce();
    for (let n = 0; n < 20; n += 1) await askAsync({ key: `other-${n}` });
    expect(await problemOf(askAsync())).toMatchObject({ code: 'rate-limited' });
    expect(await stored(failed)).toMatchObject({ status: 'failed' });
  });

  it('of a part of a certification is that part’s: it is not begun anew', async () => {
    const part = { key: undefined, id: KEYED_ID };
    const failed = await failedOnce(part);
    expect(await askAsync(part)).toMatchObject({
      replayed: true,
      operation: { id: failed, status: 'failed' },
    });
  });
});

describe('a refusal of the text, and a model that gave nothing usable', () => {
  it.each(['provider-request-rejected', 'provider-error'] as const)('%s is replayed', async (code) => {
    fixture.provider.script = () => Promise.reject(new ProviderRejected(code, 'no'));
    for (const again of [false, true]) {
      const { status, headers } = await problemOf(ask());
      expect([status, headers['Idempotent-Replayed']]).toEqual([502, again ? 'true' : undefined]);
    }
    expect(fixture.provider.calls).toHaveLength(1);
  });
});

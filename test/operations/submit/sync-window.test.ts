import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientGone } from '../../../shared/errors.ts';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { isFinished } from '../../../shared/operations/record/record.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { type Submission, submit } from '../../../shared/operations/submit/submit.ts';
import { sweep } from '../../../shared/operations/work/sweep.ts';
import { createFallbackProvider } from '../../../shared/providers/fallback.ts';
import { kindsWith } from '../../support/kinds-with.ts';
import { played } from '../../support/played.ts';
import { createScriptedProvider, hangs, nothingFound } from '../../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const WINDOW_MS = 8000;
const MARGIN_MS = 10_000;
const MAX_AGE_MS = 3_600_000;

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices({ syncTimeoutMs: WINDOW_MS, maxAgeMs: MAX_AGE_MS });
});
afterEach(async () => {
  vi.useRealTimers();
  await fixture[Symbol.asyncDispose]();
});

const ask = (changes: Partial<Submission> = {}) =>
  submit(fixture.services, {
    kind: fixture.services.kinds.of('proofread'),
    input: { text: 'அந்த பையன் வந்தான்.', language: 'ta' },
    tenant_id: 'school-1',
    request_id: 'request-1',
    key: undefined,
    preferences: { respondAsync: false, wait: undefined },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
    ...changes,
  });
const useTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
const listed = async () =>
  (await fixture.services.store.list({ tenant_id: 'school-1', page_size: 10 })).operations;
const stored = async (id: string) => (await fixture.services.store.read(id))?.operation;
const away = (retryAfterMs: number) => () =>
  Promise.reject(new ProviderUnavailable('away', { retryAfterMs }));
const KEYS = [undefined, 'k'];

describe('a provider that asks to be left alone until the operation’s time is over', () => {
  it.each(KEYS)(
    'fails it at once, as an operation that can be found: nobody waits for nothing (key %s)',
    async (key) => {
      fixture.provider.script = away(50_000_000);
      const { operation, replayed } = await ask({ key });
      expect(operation).toMatchObject({
        status: 'failed',
        attempts: 0,
        error: { code: 'provider-unavailable', message: expect.stringContaining('asked to be left alone') },
      });
      expect([replayed, await stored(operation.id)]).toEqual([false, operation]);
      expect(fixture.queue.tasks).toEqual([]);
      if (key !== undefined) expect(await ask({ key })).toEqual({ operation, replayed: true, applied: [] });
      expect(fixture.provider.calls).toHaveLength(1);
    },
  );

  it('is what the limit says: one millisecond less is waited for', async () => {
    fixture.provider.script = away(MAX_AGE_MS);
    expect((await ask()).operation.status).toBe('failed');
    fixture.provider.script = away(MAX_AGE_MS - 1);
    expect((await ask()).operation.status).toBe('queued');
    expect(fixture.queue.tasks).toMatchObject([{ delay_ms: MAX_AGE_MS - 1 }]);
  });

  it.each(KEYS)('is passed by where there is a fallback, and only then (key %s)', async (key) => {
    const { provider } = fixture;
    const services = {
      ...fixture.services,
      kinds: kindsWith(createFallbackProvider(provider, { ...createScriptedProvider(), name: 'fallback' })),
    };
    const asked = (retryAfterMs: number, n: number) => {
      provider.script = away(retryAfterMs);
      return submit(services, {
        kind: services.kinds.of('proofread'),
        input: { text: 'அந்த பையன் வந்தான்.', language: 'ta' },
        tenant_id: 'school-1',
        request_id: 'request-1',
        key: key && `${key}-${n}`,
        preferences: { respondAsync: false, wait: undefined },
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        gone: () => new AbortController().signal,
        waiting: () => new AbortController().signal,
      });
    };
    expect((await asked(50_000_000, 1)).operation).toMatchObject({
      status: 'succeeded',
      result: { issues: [] },
    });
    expect((await asked(30_000, 2)).operation.status).toBe('queued');
  });
});

describe('a client that goes away', () => {
  const begin = async (key: string | undefined) => {
    const gone = new AbortController();
    const asked = ask({ key, gone: () => gone.signal });
    asked.catch(() => undefined);
    const call = await fixture.provider.called(1);
    return { asked, call, leave: () => gone.abort(new ClientGone()) };
  };

  it('without a key ends the call, and nothing is recorded: nobody could come back for it', async () => {
    // The window never ends by itself.
    useTimers();
    fixture.provider.script = hangs;
    const { asked, call, leave } = await begin(undefined);
    leave();
    await expect(asked).rejects.toBeInstanceOf(ClientGone);
    expect(call).toMatchObject({ ended: true, context: { signal: { aborted: true } } });
    expect(fixture.storeCalls).toEqual({ create: 0, read: 0, update: 0 });
    expect(fixture.queue.tasks).toEqual([]);
  });

  it('without a key hands nothing over, however the call ends that did not let go', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    fixture.provider.script = async () => {
      await promise;
      throw new ProviderUnavailable('away');
    };
    const { asked, leave } = await begin(undefined);
    leave();
    resolve();
    await expect(asked).rejects.toBeInstanceOf(ClientGone);
    expect(fixture.storeCalls.create).toBe(0);
  });

  it('without a key does not take back an answer that has been paid for', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    fixture.provider.script = async (call) => {
      await promise;
      return nothingFound(call);
    };
    const { asked, leave } = await begin(undefined);
    leave();
    resolve();
    expect((await asked).operation.status).toBe('succeeded');
  });

  it('with a key leaves the call alone, and finds its answer when it comes back', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    fixture.provider.script = async (call) => {
      await promise;
      return nothingFound(call);
    };
    const { asked, call, leave } = await begin('k');
    leave();
    expect(call.context.signal.aborted).toBe(false);
    resolve();
    expect((await asked).operation.status).toBe('succeeded');
    expect(await ask({ key: 'k' })).toMatchObject({ replayed: true, operation: { status: 'succeeded' } });
    expect(fixture.provider.calls).toHaveLength(1);
  });
});

describe('the place of a window in the quota', () => {
  /** How often the store was asked how many operations there are, where two are let in without asking. */
  const openCounting = async () => {
    await fixture[Symbol.asyncDispose]();
    fixture = openServices({}, { unfinishedOperations: 40 });
    let counts = 0;
    fixture.interpose((store) => ({
      countUnfinished: (...args) => {
        counts += 1;
        return store.countUnfinished(...args);
      },
    }));
    return () => counts;
  };

  it.each([
    ['an answer', nothingFound],
    ['a refusal', () => Promise.reject(new ProviderRejected('provider-request-rejected', 'no'))],
    ['a failure at once', away(50_000_000)],
  ] as const)('is free again after %s, so that it costs the store nothing', async (_name, script) => {
    const counts = await openCounting();
    fixture.provider.script = script;
    for (let n = 0; n < 6; n += 1) await ask({ key: n % 2 ? `k-${n}` : undefined }).catch(() => undefined);
    expect(fixture.provider.calls).toHaveLength(6);
    expect(counts()).toBe(0);
  });

  it('is the record’s once it is handed over: when that has ended it is free', async () => {
    await fixture[Symbol.asyncDispose]();
    fixture = openServices({}, { unfinishedOperations: 2 });
    fixture.provider.script = away(1000);
    const { operation } = await ask();
    await cancel(fixture.services, 'school-1', operation.id);
    for (let n = 0; n < 2; n += 1) expect((await ask()).operation.status).toBe('queued');
    await expect(ask()).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('is used by what is handed over', async () => {
    const counts = await openCounting();
    fixture.provider.script = away(1000);
    for (const key of [undefined, 'k', undefined])
      expect((await ask({ key })).operation.status).toBe('queued');
    expect(counts()).toBe(1);
  });
});

describe('the write of an answer that has been paid for', () => {
  /** The store refuses so many writes of an end, each after `takesMs`, and then is there again. */
  const fail = (times: number, takesMs = 0) => {
    let tries = 0;
    const failing = async (
      write: () => Promise<string | undefined>,
      op: Parameters<typeof isFinished>[0],
    ) => {
      if (!isFinished(op)) return write();
      tries += 1;
      if (tries > times) return write();
      if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
      throw new StoreUnavailable('away');
    };
    fixture.interpose((store) => ({
      create: (op) => failing(() => store.create(op), op),
      update: (op, version) => failing(() => store.update(op, version), op),
    }));
    return () => tries;
  };

  it.each(KEYS)('is tried again, and the provider is not (key %s)', async (key) => {
    useTimers();
    const tries = fail(3);
    const { operation } = await played(ask({ key }));
    expect([operation.status, tries()]).toEqual(['succeeded', 4]);
    expect(await stored(operation.id)).toEqual(operation);
    if (key !== undefined) expect(await ask({ key })).toMatchObject({ replayed: true, operation });
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('is one of a refusal too, where a key asks for its replay', async () => {
    useTimers();
    fixture.provider.script = () => Promise.reject(new ProviderRejected('provider-request-rejected', 'no'));
    fail(3);
    await expect(played(ask({ key: 'k' }))).rejects.toMatchObject({ code: 'provider-request-rejected' });
    await expect(ask({ key: 'k' })).rejects.toMatchObject({ code: 'provider-request-rejected' });
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('is given up after the last try: the client is told, and what a key has recorded is the sweep’s', async () => {
    useTimers();
    const tries = fail(4);
    await expect(played(ask({ key: 'k' }))).rejects.toThrow(StoreUnavailable);
    expect(tries()).toBe(4);
    expect(await listed()).toMatchObject([{ status: 'queued' }]);
  });

  it('begins no more when the lease is over', async () => {
    useTimers();
    fixture.provider.script = async (call) => {
      await new Promise((resolve) => setTimeout(resolve, WINDOW_MS - 100));
      return nothingFound(call);
    };
    const tries = fail(4, 5000);
    await expect(played(ask({ key: 'k' }))).rejects.toThrow(StoreUnavailable);
    expect(tries()).toBe(2);
  });

  it('is the only one that is: a hand-over that cannot be recorded is told at once', async () => {
    fixture.provider.script = () => Promise.reject(new ProviderUnavailable('away'));
    fixture.interpose(() => ({ create: () => Promise.reject(new StoreUnavailable('away')) }));
    await expect(ask()).rejects.toThrow(StoreUnavailable);
    expect(fixture.storeCalls.create).toBe(1);
  });
});

describe('the lease of a window', () => {
  it.each([
    [undefined, WINDOW_MS],
    [2, 2000],
  ])(
    'lasts for the window (wait %s) and for letting go and the last write, and the sweep leaves it alone',
    async (wait, windowMs) => {
      useTimers();
      fixture.provider.script = hangs;
      void ask({ key: 'k', preferences: { respondAsync: false, wait } });
      await fixture.provider.called(1);
      const [one] = await listed();
      const expires_at = fixture.clock.now + windowMs + MARGIN_MS;
      expect(await stored(one?.id ?? '')).toMatchObject({ lease: { expires_at }, due_at: expires_at });
      fixture.clock.now = expires_at - 1;
      expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 0 });
      fixture.clock.now += 1;
      expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 1 });
    },
  );

  it('is not looked after any more when the attempt has ended', async () => {
    useTimers();
    fixture.provider.script = async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return nothingFound(call);
    };
    await played(ask({ key: 'k' }));
    const { read } = fixture.storeCalls;
    expect(read).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fixture.storeCalls.read).toBe(read);
  });
});

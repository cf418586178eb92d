import { describe, expect, it } from 'vitest';
import { RecordTooLarge, StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { idOf, queued, running, START } from '../../../contract/records.ts';
import { ownClock } from '../../../support/own-clock.ts';
import {
  HASTY,
  hasty,
  once,
  overEachTransport,
  proxy,
  reopenProxy,
  rpcs,
  seed,
  store,
} from './through-proxy.ts';

overEachTransport((transport) => {
  describe('when an answer does not come in time', () => {
    it('tries again, and knows its own write', async () => {
      await store.ping();
      using _clock = ownClock();
      once('Commit', { kind: 'hang' });
      const version = await hasty.create(queued('a'));
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
    });

    it('is unavailable within its budget, and nothing goes on in the background', async () => {
      const version = await seed();
      using _clock = ownClock();
      await hasty.ping();
      proxy.rpcs.length = 0;
      proxy.fault = () => ({ kind: 'hang' });
      const started = performance.now();
      const calls = [
        hasty.create(queued('b')),
        hasty.read(idOf('a')),
        hasty.update(running('a'), version),
        hasty.list({ tenant_id: 'school-1', page_size: 1 }),
        hasty.due(START, 1),
        hasty.countUnfinished('school-1', 1),
        hasty.ping(),
      ];
      const errors = await Promise.all(
        calls.map((call) =>
          call.then(
            () => 'resolved',
            (error) => error,
          ),
        ),
      );
      for (const error of errors) expect(error).toBeInstanceOf(StoreUnavailable);
      expect(performance.now() - started).toBeLessThan(5 * HASTY.timeoutMs);
      const pause = () => new Promise((resolve) => setTimeout(resolve, 2 * HASTY.attemptTimeoutMs));
      // What was sent as the budget ended may still be on its way.
      await pause();
      const attempts = proxy.rpcs.length;
      expect(attempts).toBeGreaterThan(calls.length);
      // No more than fit into the budget, the last one cut short.
      const each = HASTY.timeoutMs / HASTY.attemptTimeoutMs + 1;
      expect(attempts).toBeLessThanOrEqual(each * calls.length);
      await pause();
      expect(proxy.rpcs.length).toBe(attempts);
    });
  });

  it('is unavailable where nothing listens, and available once something does', async () => {
    const { host } = proxy;
    await proxy.close();
    using _clock = ownClock();
    const started = performance.now();
    await expect(hasty.read(idOf('a'))).rejects.toThrow(StoreUnavailable);
    await expect(hasty.create(queued('a'))).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - started).toBeLessThan(2 * 5 * HASTY.timeoutMs);
    await reopenProxy(transport, host);
    await expect.poll(() => store.ping().then(() => 'answers')).toBe('answers');
  });

  it('is unavailable, at once, where it may not', async () => {
    proxy.fault = () => ({ kind: 'status', code: 7 });
    await expect(store.read(idOf('a'))).rejects.toThrow(StoreUnavailable);
    expect(rpcs()).toEqual(['BatchGetDocuments']);
  });

  it('calls its own mistake no outage', async () => {
    proxy.fault = () => ({ kind: 'status', code: 3, message: 'what is that' });
    for (const call of [store.read(idOf('a')), store.create(queued('a'))]) {
      const error = await call.catch((reason) => reason);
      expect(error).toMatchObject({ code: 3 });
      expect(error).not.toBeInstanceOf(StoreUnavailable);
    }
  });

  it('takes a document that is gone for one that moved', async () => {
    const version = await seed();
    proxy.fault = () => ({ kind: 'status', code: 5 });
    expect(await store.update(running('a'), version)).toBeUndefined();
  });

  it('calls a record too large that Firestore finds too large', async () => {
    const message = 'Document "x" cannot be written because its size (1,048,600 bytes) exceeds the maximum';
    proxy.fault = () => ({ kind: 'status', code: 3, message });
    await expect(store.create(queued('a'))).rejects.toThrow(RecordTooLarge);
  });

  it('is unavailable after it was closed', async () => {
    await store.close();
    await expect(store.read(idOf('a'))).rejects.toThrow(StoreUnavailable);
    await expect(store.create(queued('a'))).rejects.toThrow(StoreUnavailable);
  });
});

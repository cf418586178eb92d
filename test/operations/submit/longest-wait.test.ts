import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { submit } from '../../../shared/operations/submit/submit.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices();
});
afterEach(async () => {
  vi.useRealTimers();
  await fixture[Symbol.asyncDispose]();
});

describe('respond-async, wait=N on what does not finish', () => {
  it.each([
    [2, 2],
    [30, 30],
    [31, 30],
    [2 ** 31, 30],
  ])('wait=%i is answered after %i seconds, and says so', async (asked, honoured) => {
    // What is waited for is not the store, which has nothing to tell.
    fixture.interpose(() => ({
      create: async () => '1',
      read: async () => undefined,
      watch: () => () => {},
    }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const answered = vi.fn();
    const answer = submit(fixture.services, {
      kind: fixture.services.kinds.of('proofread'),
      input: { text: 'அவன் வந்தான்.', language: 'ta' },
      tenant_id: 'school-1',
      request_id: 'request-1',
      key: undefined,
      preferences: { respondAsync: true, wait: asked },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      gone: () => new AbortController().signal,
      waiting: () => new AbortController().signal,
    });
    void answer.then(answered);
    await vi.advanceTimersByTimeAsync(honoured * 1000 - 1);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toHaveBeenCalled();
    expect(await answer).toMatchObject({
      operation: { status: 'queued' },
      applied: ['respond-async', `wait=${honoured}`],
    });
  });
});

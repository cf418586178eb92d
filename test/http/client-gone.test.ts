import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrivingRequest } from '../support/arriving-request.ts';
import { hangs, nothingFound } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

let served: ServedFunctions;
let headers: Record<string, string>;
beforeAll(async () => {
  served = await serveFunctions();
  headers = { ...(await served.bearer()), 'Content-Type': 'application/json' };
});
afterAll(() => served[Symbol.asyncDispose]());
afterEach(() => {
  served.provider.script = nothingFound;
});

/** Posts a short text, hangs up when the provider has been asked, and waits until the other end has seen it. */
async function hangUp(key?: string) {
  const client = new AbortController();
  const before = served.provider.calls.length;
  const arriving = arrivingRequest(served.origins.submit);
  const posted = fetch(new URL('/v1/proofread', served.origins.submit), {
    method: 'POST',
    body: JSON.stringify({ text: 'அவன் வந்தான்.' }),
    headers: { ...headers, ...(key !== undefined && { 'Idempotency-Key': key }) },
    signal: client.signal,
  });
  const call = await served.provider.called(before + 1);
  const isGone = once((await arriving).socket, 'close');
  client.abort();
  await expect(posted).rejects.toThrow();
  await isGone;
  return call;
}
const requestLines = () => served.logged.filter(({ message }) => message === 'request');

describe('a client that hangs up on a synchronous request', () => {
  it('without a key has its call aborted, and nothing recorded', async () => {
    served.provider.script = hangs;
    const call = await hangUp();
    await expect.poll(() => call.ended).toBe(true);
    await expect.poll(() => requestLines().at(-1)).toMatchObject({ outcome: 'client-gone' });
    expect(served.storeCalls).toEqual({ create: 0, read: 0, update: 0 });
    expect(served.queue.tasks).toEqual([]);
  });

  it('with a key is worked for, once, and finds the answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    served.provider.script = async (call) => {
      await promise;
      call.context.signal.throwIfAborted();
      return nothingFound(call);
    };
    const calls = served.provider.calls.length;
    await hangUp('mine');
    resolve();
    await expect.poll(() => requestLines().at(-1)).toMatchObject({ operation_status: 'succeeded' });
    const again = await fetch(new URL('/v1/proofread', served.origins.submit), {
      method: 'POST',
      body: JSON.stringify({ text: 'அவன் வந்தான்.' }),
      headers: { ...headers, 'Idempotency-Key': 'mine' },
    });
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(served.provider.calls).toHaveLength(calls + 1);
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ProviderUnavailable } from '../../shared/operations/kind.ts';
import { idOf, queued, running } from '../contract/records.ts';
import { arrivingRequest } from '../support/arriving-request.ts';
import { exchange } from '../support/exchange.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

let served: ServedFunctions;
let bearer: { Authorization: string };
beforeAll(async () => {
  served = await serveFunctions();
  bearer = await served.queueBearer();
});
afterAll(() => served[Symbol.asyncDispose]());
afterEach(() => {
  vi.useRealTimers();
  served.provider.script = nothingFound;
});

const run = (body: string, headers: Record<string, string> = {}, target = '/tasks/run') =>
  exchange(served.origins.worker, {
    target,
    body,
    headers: { 'Content-Type': 'application/json', ...bearer, ...headers },
  });
const task = (name: string) => JSON.stringify({ operation_id: idOf(name) });
const put = (op: Parameters<typeof served.services.store.create>[0]) => served.services.store.create(op);

describe('POST /tasks/run', () => {
  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"operation_id":7}',
    '{"operation_id":"not-an-id"}',
    task('unknown'),
  ])('acknowledges what can never be worked on: %s', async (body) =>
    expect((await run(body)).status).toBe(200),
  );

  it('acknowledges a task without a content type', async () => {
    expect((await run(task('unknown'), { 'Content-Type': 'text/plain' })).status).toBe(200);
  });

  /** A dispatch whose body never comes to its end. */
  const unfinished = async () => {
    const { hostname, port } = served.origins.worker;
    const socket = connect(Number(port), hostname);
    const head = ['POST /tasks/run HTTP/1.1', 'Host: worker', `Authorization: ${bearer.Authorization}`];
    socket.write(
      [...head, 'Content-Type: application/json', 'Content-Length: 100', '', '{"opera'].join('\r\n'),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    return { socket, answer: () => text };
  };
  const outcomes = () => served.logged.map(({ outcome }) => outcome);

  it('has a body that is slow to come delivered again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { socket, answer } = await unfinished();
    // The timer is set when the token has been verified.
    const end = performance.now() + 30_000;
    while (!socket.closed && performance.now() < end) {
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(30_000);
    }
    expect(answer()).toMatch(/^HTTP\/1\.1 500 [\s\S]*connection: close[\s\S]*{"status":"retry"}$/i);
    expect(outcomes()).toContain('slow');
  });

  it('does not acknowledge a body that breaks off', async () => {
    const before = outcomes().filter((outcome) => outcome === 'malformed').length;
    const { socket, answer } = await unfinished();
    socket.destroySoon();
    await expect.poll(outcomes).toContain('client-gone');
    expect(outcomes().filter((outcome) => outcome === 'malformed')).toHaveLength(before);
    expect(answer()).toBe('');
  });

  it.each([
    ['without a name', {}],
    ['with an empty name', { 'X-CloudTasks-TaskName': '' }],
  ])('does not take one dispatch %s for a redelivery of another', async (name, headers) => {
    await put(queued(name));
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    served.provider.script = async (call) => {
      await answered;
      return nothingFound(call);
    };
    const before = served.provider.calls.length;
    const first = run(task(name), headers);
    await served.provider.called(before + 1);
    expect((await run(task(name), { ...headers, 'X-CloudTasks-TaskRetryCount': '1' })).status).toBe(409);
    answer();
    expect((await first).json).toEqual({ status: 'succeeded' });
  });

  it('answers 409 while another has the lease', async () => {
    const lease = { token: 't', task: 'other', dispatch: 0, expires_at: served.clock.now + 1000 };
    await put(running('held', { lease }));
    const answer = await run(task('held'), { 'X-CloudTasks-TaskName': 'mine' });
    expect([answer.status, answer.json]).toEqual([409, { status: 'held' }]);
  });

  it('takes over from an earlier dispatch of the same task by Cloud Tasks’ headers', async () => {
    const lease = { token: 't', task: 'same', dispatch: 0, expires_at: served.clock.now + 1000 };
    await put(running('same', { lease }));
    const headers = { 'X-CloudTasks-TaskName': 'same', 'X-CloudTasks-TaskRetryCount': '0' };
    expect((await run(task('same'), headers)).status).toBe(409);
    const again = await run(task('same'), { ...headers, 'X-CloudTasks-TaskRetryCount': '1' });
    expect([again.status, again.json]).toEqual([200, { status: 'succeeded' }]);
  });

  it('takes no dispatch without a name for one of another task', async () => {
    await put(queued('unnamed'));
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = served.provider.calls.length;
    served.provider.script = async (call) => {
      await promise;
      return nothingFound(call);
    };
    const first = run(task('unnamed'));
    await served.provider.called(before + 1);
    expect((await run(task('unnamed'), { 'X-CloudTasks-TaskRetryCount': '1' })).status).toBe(409);
    resolve();
    expect((await first).json).toEqual({ status: 'succeeded' });
  });

  it('acknowledges nothing that it could not read to the end', async () => {
    const { hostname, port } = served.origins.worker;
    const arriving = arrivingRequest(served.origins.worker);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /tasks/run HTTP/1.1\r\nHost: a\r\nAuthorization: ${bearer.Authorization}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"operation_id":',
    );
    const lines = () => served.logged.filter(({ message }) => message === 'request');
    const before = lines().length;
    await arriving;
    socket.destroy();
    await expect.poll(() => lines().slice(before)).toMatchObject([{ outcome: 'client-gone' }]);
  });

  it.each(['-1', 'x', '1e999', '1.5'])('a retry count of %s is none', async (count) => {
    const name = `count-${count}`;
    const lease = { token: 't', task: 'same', dispatch: 0, expires_at: served.clock.now + 1000 };
    await put(running(name, { lease }));
    const headers = { 'X-CloudTasks-TaskName': 'same', 'X-CloudTasks-TaskRetryCount': count };
    expect((await run(task(name), headers)).status).toBe(409);
  });

  it('acknowledges an attempt that failed, for there is a task for the next; 429 where the provider asks for less', async () => {
    await put(queued('again'));
    served.provider.script = () => Promise.reject(new ProviderUnavailable('away', { retryAfterMs: 9000 }));
    const again = await run(task('again'));
    expect([again.status, again.json]).toEqual([200, { status: 'rescheduled' }]);
    expect(served.queue.tasks.at(-1)).toMatchObject({ operation_id: idOf('again'), generation: 1 });
    await put(queued('throttled'));
    served.provider.script = () =>
      Promise.reject(new ProviderUnavailable('429', { throttled: true, retryAfterMs: 6100 }));
    const throttled = await run(task('throttled'));
    expect([throttled.status, throttled.json]).toEqual([429, { status: 'rescheduled' }]);
    // The delay is the operation's: the others in the queue do not wait for it.
    expect(throttled.headers).not.toHaveProperty('retry-after');
    const { delay_ms = 0 } = served.queue.tasks.at(-1) ?? {};
    expect(delay_ms).toBeGreaterThanOrEqual(6100);
    expect(served.logged).toContainEqual(
      expect.objectContaining({
        operation_id: idOf('throttled'),
        outcome: 'rescheduled',
        after_ms: delay_ms,
      }),
    );
    const tooSoon = await run(task('throttled'));
    expect([tooSoon.status, tooSoon.json]).toEqual([200, { status: 'running' }]);
  });

  it('keeps the answer of a dispatch that was hung up on, and the redelivery pays for no other', async () => {
    await put(queued('hung-up'));
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    served.provider.script = async (call) => {
      await answered;
      call.context.signal.throwIfAborted();
      return nothingFound(call);
    };
    const before = served.provider.calls.length;
    const caller = new AbortController();
    const arriving = arrivingRequest(served.origins.worker);
    const dispatch = fetch(new URL('/tasks/run', served.origins.worker), {
      method: 'POST',
      body: task('hung-up'),
      headers: { 'Content-Type': 'application/json', 'X-CloudTasks-TaskName': 'hung-up', ...bearer },
      signal: caller.signal,
    });
    await served.provider.called(before + 1);
    const isGone = once((await arriving).socket, 'close');
    caller.abort();
    await expect(dispatch).rejects.toThrow();
    await isGone;
    answer();
    const stored = async () => (await served.services.store.read(idOf('hung-up')))?.operation.status;
    await expect.poll(stored).toBe('succeeded');
    const again = { 'X-CloudTasks-TaskName': 'hung-up', 'X-CloudTasks-TaskRetryCount': '1' };
    expect((await run(task('hung-up'), again)).json).toEqual({ status: 'succeeded' });
    expect(served.provider.calls).toHaveLength(before + 1);
  });
});

describe('POST /tasks/sweep', () => {
  it('tells what it did', async () => {
    await put(queued('due', { due_at: served.clock.now }));
    await put(queued('old', { due_at: served.clock.now, created_at: served.clock.now - 3_600_000 }));
    const before = served.queue.tasks.length;
    const answer = await run('', {}, '/tasks/sweep');
    expect(answer.json).toMatchObject({ overdue: 1, oldest_s: 3600 });
    expect(answer.json.requeued).toBe(served.queue.tasks.length - before);
    expect(served.queue.tasks).toContainEqual(
      expect.objectContaining({ operation_id: idOf('due'), generation: 1 }),
    );
  });
});

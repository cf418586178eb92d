import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../shared/operations/record/record.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { failed, idOf, queued, running, START, succeeded } from '../contract/records.ts';
import { exchange } from '../support/exchange.ts';
import { type OpenedEvents, type OperationEvent, openEvents } from '../support/open-events.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

const RESULT = { original_text: 'அ', corrected_text: 'அ', issues: [] };
const STREAMS = 3;
let served: ServedFunctions;
let bearer: { Authorization: string };
/** How many follow a record at the store. */
let watching = 0;
beforeAll(async () => {
  served = await serveFunctions({ streams: STREAMS });
  bearer = await served.bearer();
  served.interpose((store: OperationStore) => ({
    watch(id, tell) {
      const release = store.watch(id, tell);
      watching += 1;
      return () => {
        watching -= 1;
        release();
      };
    },
  }));
});
afterAll(() => served[Symbol.asyncDispose]());

const get = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  exchange(served.origins.operations, {
    target: `/v1/operations/${id}`,
    method,
    headers: { ...bearer, ...headers },
  });
const listen = (id: string, headers: Record<string, string> = {}): Promise<OpenedEvents> =>
  openEvents(new URL(`/v1/operations/${id}`, served.origins.operations), { ...bearer, ...headers });
const put = async (operation: Operation) => {
  const version = await served.services.store.create(operation);
  /** Replaces the record by the next state. */
  let now = version ?? '';
  return async (next: Operation) => {
    now = (await served.services.store.update(next, now)) ?? '';
  };
};
const followed = (by: number) => expect.poll(() => watching).toBe(by);

describe('the version of an operation', () => {
  it('is its ETag, the same until something that is shown changes', async () => {
    const change = await put(queued('etag'));
    const first = await get(idOf('etag'));
    expect(first.headers['etag']).toMatch(/^"[\w-]{22}"$/);
    await change(queued('etag', { due_at: START + 5 }));
    expect((await get(idOf('etag'))).headers['etag']).toBe(first.headers['etag']);
    await change(running('etag'));
    expect((await get(idOf('etag'))).headers['etag']).not.toBe(first.headers['etag']);
  });

  it('that a client has is 304, and is told like the answer', async () => {
    await put(queued('same'));
    const { headers } = await get(idOf('same'));
    const etag = String(headers['etag']);
    for (const method of ['GET', 'HEAD']) {
      const again = await get(idOf('same'), { 'If-None-Match': `"other", W/${etag}` }, method);
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.headers).not.toHaveProperty('content-type');
      for (const name of ['etag', 'retry-after', 'cache-control', 'vary'])
        expect(again.headers[name]).toBe(headers[name]);
    }
    const other = await get(idOf('same'), { 'If-None-Match': '"other"' });
    expect([other.status, other.json.status]).toEqual([200, 'queued']);
    expect((await get(idOf('nothing'), { 'If-None-Match': '*' })).status).toBe(404);
  });

  it('is told by HEAD, and what the answer depends on', async () => {
    await put(succeeded('head', RESULT));
    const [got, head] = [await get(idOf('head')), await get(idOf('head'), {}, 'HEAD')];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['etag']).toBe(got.headers['etag']);
    expect(String(got.headers['vary']).split(', ')).toEqual(
      expect.arrayContaining(['Accept', 'Authorization', 'Prefer']),
    );
  });
});

describe('Prefer: wait', () => {
  it('is answered as soon as the operation is finished, and follows it no more', async () => {
    const change = await put(queued('wait'));
    const waiting = Promise.all([1, 2, 3].map(() => get(idOf('wait'), { Prefer: 'wait=60' })));
    await followed(3);
    await change(running('wait'));
    await turn();
    await change(succeeded('wait', RESULT));
    for (const answer of await waiting) {
      expect(answer.json).toMatchObject({ status: 'succeeded', result: RESULT });
      expect(answer.headers).toMatchObject({ 'preference-applied': 'wait=30', etag: expect.any(String) });
      expect(answer.headers).not.toHaveProperty('retry-after');
    }
    await followed(0);
  });

  it('takes no time where there is nothing to wait for', async () => {
    await put(failed('done'));
    const done = await get(idOf('done'), { Prefer: 'wait=20, foo' });
    expect([done.json.status, done.headers['preference-applied']]).toEqual(['failed', 'wait=20']);
    await put(queued('none'));
    const none = await get(idOf('none'), { Prefer: 'wait=0' });
    expect([none.json.status, none.headers['preference-applied']]).toEqual(['queued', 'wait=0']);
    expect((await get(idOf('none'), { Prefer: 'wait=soon' })).headers).not.toHaveProperty(
      'preference-applied',
    );
  });

  it('is 304 where the client had the end, and 404 where the operation is erased meanwhile', async () => {
    await put(failed('had'));
    const { headers } = await get(idOf('had'));
    const had = await get(idOf('had'), { Prefer: 'wait=5', 'If-None-Match': String(headers['etag']) });
    expect([had.status, had.headers['preference-applied']]).toEqual([304, 'wait=5']);
    await put(queued('erased'));
    const waiting = get(idOf('erased'), { Prefer: 'wait=30' });
    await followed(1);
    const { store } = served.services;
    await store.erase(idOf('erased'), (await store.read(idOf('erased')))?.version ?? '');
    expect((await waiting).status).toBe(404);
  });

  it('is given up when the client goes away', async () => {
    await put(queued('gone'));
    const client = new AbortController();
    const asked = fetch(new URL(`/v1/operations/${idOf('gone')}`, served.origins.operations), {
      headers: { ...bearer, Prefer: 'wait=30' },
      signal: client.signal,
    });
    await followed(1);
    client.abort();
    await expect(asked).rejects.toThrow();
    await followed(0);
    await expect.poll(() => served.logged.at(-1)).toMatchObject({ outcome: 'client-gone' });
  });
});

describe('the events of an operation', () => {
  it('come as they happen, and end with it', async () => {
    const change = await put(queued('life'));
    const stream = await listen(idOf('life'));
    expect(stream).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'private, no-store, no-transform',
        'x-accel-buffering': 'no',
        vary: expect.stringContaining('Accept'),
      },
    });
    const first = await stream.next();
    const { headers, json } = await get(idOf('life'));
    expect([first?.data, `"${first?.id}"`]).toEqual([json, headers['etag']]);
    await change(running('life', { progress: 0.25 }));
    expect((await stream.next())?.data).toMatchObject({ status: 'running', progress: 0.25 });
    await change(succeeded('life', RESULT, { updated_at: START + 9 }));
    expect((await stream.rest()).map(({ data }) => [data.status, data.result])).toEqual([
      ['succeeded', RESULT],
    ]);
    expect(stream.complete).toBe(true);
    await followed(0);
    await expect
      .poll(() => served.logged.at(-1))
      .toMatchObject({ status: 200, streamed: true, outcome: 'ok' });
  });

  it('are not lost and not repeated by a client that is cut off twenty times', async () => {
    const change = await put(queued('cut'));
    const seen: OperationEvent[] = [];
    const states = Array.from({ length: 20 }, (_, n) =>
      running('cut', { updated_at: START + n, progress: n / 20 }),
    );
    const resume = () => listen(idOf('cut'), { 'Last-Event-ID': seen.at(-1)?.id ?? '' });
    const see = async (stream: OpenedEvents) => seen.push((await stream.next()) ?? expect.unreachable());
    const cut = (stream: OpenedEvents) => {
      stream.cut();
      return followed(0);
    };
    for (const [n, state] of states.entries()) {
      const stream = await resume();
      // Every second state comes while nobody listens.
      const whileAway = n % 2 === 1;
      if (!whileAway) await see(stream);
      if (whileAway) await cut(stream);
      await change(state);
      if (!whileAway) await see(stream);
      if (!whileAway) await cut(stream);
    }
    await change(succeeded('cut', RESULT, { updated_at: START + 99 }));
    seen.push(...(await (await resume()).rest()));
    expect(seen.map(({ data }) => [data.status, data.progress])).toEqual([
      ['queued', undefined],
      ...states.slice(0, -1).map((_, n) => ['running', n / 20]),
      ['succeeded', undefined],
    ]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  it('are over for a client that has seen the end, which is told not to come again', async () => {
    await put(failed('over'));
    const [end] = await (await listen(idOf('over'))).rest();
    const again = await listen(idOf('over'), { 'Last-Event-ID': end?.id ?? '' });
    expect([again.status, await again.rest()]).toEqual([204, []]);
    expect(await (await listen(idOf('over'), { 'Last-Event-ID': 'other' })).rest()).toHaveLength(1);
  });

  it('are announced by HEAD, and an error is a problem document', async () => {
    await put(queued('announced'));
    const head = await get(idOf('announced'), { Accept: 'text/event-stream' }, 'HEAD');
    expect([head.status, head.headers['content-type'], head.text]).toEqual([200, 'text/event-stream', '']);
    expect(watching).toBe(0);
    const none = await listen(idOf('nothing'));
    expect([none.status, none.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('are cut off where one cannot be shown, which is logged', async () => {
    const change = await put(queued('broken'));
    const stream = await listen(idOf('broken'));
    await stream.next();
    await change(succeeded('broken', { no: 'result' }));
    expect([await stream.rest(), stream.complete]).toEqual([[], false]);
    await followed(0);
    const lines = () =>
      served.logged.slice(-2).map(({ severity, message, outcome }) => [severity, message, outcome]);
    await expect.poll(lines).toEqual([
      ['ERROR', 'internal-error', undefined],
      ['INFO', 'request', 'error'],
    ]);
  });

  it('are at most so many streams of one tenant, each of which is a request under way', async () => {
    await put(queued('many'));
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => listen(idOf('many'))));
    await followed(STREAMS);
    const refused = await listen(idOf('many'));
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({ 'retry-after': '1', ratelimit: '"concurrent-requests";r=0;t=1' });
    expect((await get(idOf('many'))).status).toBe(200);
    const stranger = await served.bearer({ tenant_id: 'school-2' });
    await served.services.store.create(queued('theirs', { tenant_id: 'school-2' }));
    const theirs = await listen(idOf('theirs'), stranger);
    expect(theirs.status).toBe(200);
    expect(served.concurrent.size).toBe(2);
    for (const stream of [...streams, theirs]) stream.cut();
    await followed(0);
    await expect.poll(() => served.logged.at(-1)).toMatchObject({ streamed: true, outcome: 'client-gone' });
    await expect.poll(() => served.concurrent.size).toBe(0);
    const next = await listen(idOf('many'));
    expect(next.status).toBe(200);
    next.cut();
    await followed(0);
  });
});

describe('a server that ends', () => {
  it('ends streams in good order, and answers those who wait', async () => {
    const ending = await serveFunctions();
    const headers = await ending.bearer();
    await ending.services.store.create(queued('ending'));
    const target = `/v1/operations/${idOf('ending')}`;
    const stream = await openEvents(new URL(target, ending.origins.operations), headers);
    expect((await stream.next())?.data).toMatchObject({ status: 'queued' });
    const waiting = exchange(ending.origins.operations, {
      target,
      headers: { ...headers, Prefer: 'wait=30' },
    });
    await expect.poll(() => ending.concurrent.size).toBe(1);
    await expect.poll(() => ending.storeCalls.read).toBe(2);
    await ending[Symbol.asyncDispose]();
    expect([await stream.rest(), stream.complete]).toEqual([[], true]);
    const answer = await waiting;
    expect([answer.status, answer.json.status, answer.headers['retry-after']]).toEqual([200, 'queued', '1']);
  });
});

import { describe, expect, it } from 'vitest';
import { type Client, isProblem, type Operation } from '../../client/src/client.ts';
import type { Passing } from '../support/fault-proxy.ts';
import { ownClock } from '../support/own-clock.ts';
import { holdModel, LONG, newClient, proxy, SHORT, thrownBy } from './serving.ts';

const isStream = ({ headers }: Passing) => headers.accept === 'text/event-stream';
const gets = () => proxy.passed.filter(({ method }) => method === 'GET');
/** How each request asked for the end of the operation. */
const ways = () =>
  gets().map((passing) => (isStream(passing) ? 'stream' : (passing.headers['prefer'] ?? 'at once')));

/** Sends a text whose model answers when `answer` is called. */
function begin(client: Client) {
  const answer = holdModel();
  const states: Operation['status'][] = [];
  const onProgress = (operation: Operation) => {
    // On a machine so slow that the attempt takes seconds, it tells in between how far it is.
    if (!('progress' in operation)) states.push(operation.status);
  };
  const call = client.proofread(LONG, { onProgress });
  return { answer, states, call };
}

describe('an operation is waited for', () => {
  it('by one stream, however long it takes', async () => {
    const { answer, states, call } = begin(await newClient());
    await expect.poll(() => states).toEqual(['running']);
    answer();
    expect((await call).result.original_text).toBe(LONG);
    expect(states).toEqual(['running', 'succeeded']);
    expect(ways()).toEqual(['stream']);
  });

  it('by the next stream wherever one is cut, which begins behind what was seen', async () => {
    // The first is cut before its first event, the second behind it, and two more before there is news.
    const cuts = [/^retry:.*\n\n/, /^event: operation.*?\n\n/ms, /^retry:.*\n\n/, /^retry:.*\n\n/];
    proxy.fault = (passing) => {
      const cutAfter = isStream(passing) ? cuts.shift() : undefined;
      return cutAfter && { cutAfter };
    };
    const { answer, states, call } = begin(await newClient());
    await expect.poll(gets).toHaveLength(5);
    await expect.poll(() => states).toContain('running');
    answer();
    await call;
    expect(new Set(ways())).toEqual(new Set(['stream']));
    const ids = gets().map(({ headers }) => headers['last-event-id']);
    expect(ids.slice(0, 3)).toEqual([undefined, undefined, expect.stringMatching(/./)]);
    expect(new Set(ids.slice(2)).size).toBe(1);
    expect(states.filter((status) => status === 'running')).toHaveLength(1);
  });

  it('by held requests where something on the way collects streams, for as long as the client lives', async () => {
    proxy.fault = (passing) => (isStream(passing) ? { answer: 'collected' } : undefined);
    const client = await newClient({ answerWithinMs: 5000 });
    using clock = ownClock();
    const first = begin(client);
    await expect.poll(ways).toEqual(['stream']);
    clock.turn(5000);
    await expect.poll(ways).toEqual(['stream', 'wait=5']);
    first.answer();
    expect((await first.call).status).toBe('succeeded');
    const { operation_id } = await client.proofread(LONG);
    expect((await client.operations.get(operation_id)).status).toBe('succeeded');
    expect(ways()).toEqual(['stream', 'wait=5', 'wait=25', 'at once']);
  });

  it('by held requests where no stream is to be had for now', async () => {
    proxy.fault = (passing) => (isStream(passing) ? { status: 503, body: 'busy' } : undefined);
    const client = await newClient();
    await client.proofread(LONG);
    await client.proofread(LONG);
    expect(ways()).toEqual(['stream', 'wait=25', 'stream', 'wait=25']);
  });

  it('by requests that are held half as long where they are cut', async () => {
    proxy.fault = (passing) => {
      if (isStream(passing)) return { without: ['accept'] };
      return passing.headers['prefer'] === 'wait=25' ? { cutAfterMs: 1050 } : undefined;
    };
    // A held answer may take so much longer.
    const client = await newClient({ answerWithinMs: 700 });
    using _clock = ownClock();
    const answer = holdModel();
    const call = client.proofread(LONG);
    await expect.poll(ways).toEqual(['stream', 'wait=25', 'wait=12']);
    answer();
    expect((await call).status).toBe('succeeded');
  });

  it('by asking again after Retry-After where nothing is held', async () => {
    proxy.fault = () => ({ without: ['accept', 'prefer'] });
    const { answer, states, call } = begin(await newClient());
    await expect.poll(gets).toHaveLength(3);
    const [, first, second] = gets();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
    await expect.poll(() => states).toEqual(['running']);
    answer();
    expect((await call).status).toBe('succeeded');
    expect(states).toEqual(['running', 'succeeded']);
  });

  it('until its listener throws', async () => {
    const client = await newClient();
    holdModel();
    const mistake = new Error('of the caller');
    const call = client.proofread(LONG, {
      onProgress: () => {
        throw mistake;
      },
    });
    expect(await thrownBy(call)).toBe(mistake);
    expect(ways()).toEqual(['stream']);
  });
});

describe('an operation is erased', () => {
  it('and is gone, also where the answer to that was lost', async () => {
    const client = await newClient();
    const [first, second] = [await client.proofread(SHORT), await client.proofread(SHORT)];
    await client.operations.delete(first.operation_id);
    expect(isProblem(await thrownBy(client.operations.get(first.operation_id)), 'not-found')).toBe(true);
    proxy.passed.length = 0;
    proxy.fault = ({ index }) => (index === 0 ? { answer: 'lost' } : undefined);
    await client.operations.delete(second.operation_id);
    expect(proxy.passed).toHaveLength(2);
    const again = await thrownBy(client.operations.delete(second.operation_id));
    expect(isProblem(again, 'not-found')).toBe(true);
  });

  it('only when it has ended', async () => {
    const client = await newClient();
    const accepted = Promise.withResolvers<string>();
    const answer = holdModel();
    const call = client.proofread(LONG, { onAccepted: ({ operation_id }) => accepted.resolve(operation_id) });
    const error = await thrownBy(client.operations.delete(await accepted.promise));
    expect(isProblem(error, 'operation-not-finished')).toBe(true);
    answer();
    await call;
  });
});

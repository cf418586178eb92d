import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Document, ListenCall } from '../../../../shared/operations/store/firestore/client.ts';
import { createWatch, type Watch } from '../../../../shared/operations/store/firestore/watch.ts';
import { LOOK_EVERY_MS, type Stored } from '../../../../shared/operations/store/port.ts';
import { failed, idOf, queued, running } from '../../../contract/records.ts';
import { counted, other, overEachTransport, proxy, seed, store } from './through-proxy.ts';

/** A stream that the test speaks on. */
class Call extends EventEmitter {
  readonly written: Parameters<ListenCall['write']>[0][] = [];
  cancelled = false;
  write(request: Parameters<ListenCall['write']>[0]): void {
    this.written.push(request);
  }
  cancel(): void {
    this.cancelled = true;
  }
  tell(id: string, version: string): void {
    this.emit('data', { documentChange: { document: { name: `documents/${id}`, updateTime: version } } });
  }
}

describe('following documents', () => {
  let calls: Call[];
  let reads: string[];
  let canListen: boolean;
  let watch: Watch;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 });
    calls = [];
    reads = [];
    told.length = 0;
    canListen = true;
    watch = createWatch({
      service: {
        database: 'database',
        nameOf: (_, id) => `documents/${id}`,
        listen: async () => {
          if (!canListen) return undefined;
          calls.push(new Call());
          return calls.at(-1) as unknown as ListenCall;
        },
      },
      collection: 'operations',
      read: async (id) => {
        reads.push(id);
        return { operation: queued(id), version: `read ${reads.length}` };
      },
      storedOf: ({ updateTime }: Document) => ({ operation: queued('a'), version: String(updateTime) }),
      lookEveryMs: LOOK_EVERY_MS,
    });
  });
  afterEach(() => {
    watch.close();
    vi.useRealTimers();
  });
  const told: (string | undefined)[] = [];
  const follow = (id = 'a') => watch.watch(id, (stored: Stored | undefined) => told.push(stored?.version));
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('takes one stream, and one target for each document, however many follow it', async () => {
    const stops = ['a', 'b', 'a', 'a'].map(follow);
    await pass(0);
    expect(calls).toHaveLength(1);
    const [call] = calls;
    expect(call?.written.map(({ database, addTarget }) => [database, addTarget])).toEqual([
      ['database', { targetId: 1, documents: { documents: ['documents/a'] } }],
      ['database', { targetId: 2, documents: { documents: ['documents/b'] } }],
    ]);
    call?.tell('a', '1');
    expect(told).toEqual(['1', '1', '1']);
    // One who comes later is told what is known.
    stops.push(follow('a'));
    await pass(0);
    expect(told).toEqual(['1', '1', '1', '1']);
    stops[1]?.();
    expect(call?.written.at(-1)).toEqual({ database: 'database', removeTarget: 2 });
    stops.push(follow('b'));
    expect(call?.written.at(-1)?.addTarget?.targetId).toBe(3);
    for (const stop of stops) stop();
    expect([call?.cancelled, vi.getTimerCount(), calls.length, reads]).toEqual([true, 0, 1, []]);
  });

  it('opens no stream that nobody needs any more', async () => {
    follow()();
    await pass(0);
    expect(calls.map(({ cancelled }) => cancelled)).toEqual([true]);
    const stop = follow();
    await pass(0);
    expect(calls).toHaveLength(2);
    calls[0]?.emit('error', new Error('cancelled'));
    calls[0]?.tell('a', 'old');
    expect(told).toEqual([]);
    stop();
  });

  it('reads once a second what the stream does not tell of, and no more once it does', async () => {
    const stop = follow();
    await pass(3 * LOOK_EVERY_MS);
    expect([told, calls.length]).toEqual([['read 1', 'read 2', 'read 3'], 1]);
    calls[0]?.tell('a', '1');
    await pass(3 * LOOK_EVERY_MS);
    expect(told.slice(3)).toEqual(['1']);
    stop();
  });

  it('reads where there are no streams', async () => {
    canListen = false;
    const stop = follow();
    await pass(2 * LOOK_EVERY_MS);
    expect(reads).toEqual(['a', 'a']);
    stop();
    await pass(5 * LOOK_EVERY_MS);
    expect(reads).toEqual(['a', 'a']);
  });

  it('opens a stream again: at once if it had lived, and more and more seldom if it had not', async () => {
    const stop = follow();
    await pass(0);
    calls[0]?.tell('a', '1');
    await pass(60_000);
    calls[0]?.emit('end');
    await pass(0);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.written).toHaveLength(1);
    const opened: number[] = [];
    for (let second = 0; second < 20; second += 1) {
      const before = calls.length;
      calls.at(-1)?.emit('error', new Error('unavailable'));
      await pass(LOOK_EVERY_MS);
      if (calls.length > before) opened.push(second);
    }
    expect(opened.length).toBeGreaterThan(2);
    expect(opened.length).toBeLessThan(7);
    expect(reads.length).toBeGreaterThan(15);
    stop();
  });

  it('takes a target that the server removes for a lost stream', async () => {
    const stop = follow();
    await pass(0);
    calls[0]?.emit('data', { targetChange: { targetChangeType: 'REMOVE', cause: { code: 7 } } });
    expect(calls[0]?.cancelled).toBe(true);
    await pass(2 * LOOK_EVERY_MS);
    expect([calls.length, reads.length]).toEqual([2, 2]);
    stop();
  });
});

overEachTransport((transport) => {
  const streams = transport === 'gRPC' ? 1 : 0;

  it('is told by one stream, where there are any, which ends when nobody follows anything', async () => {
    const version = await seed();
    await other.create(queued('b'));
    const told: Stored[] = [];
    const tell = (stored: Stored | undefined) => void (stored && told.push(stored));
    const stops = [idOf('a'), idOf('a'), idOf('b')].map((id) => store.watch(id, tell));
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(3);
    expect([counted()['Listen'] ?? 0, proxy.listening.size]).toEqual([streams, streams]);
    await other.update(running('a'), version);
    const runs = () => told.filter(({ operation }) => operation.status === 'running');
    await expect.poll(() => runs().length).toBeGreaterThanOrEqual(2);
    expect(counted()['Listen'] ?? 0).toBe(streams);
    for (const stop of stops) stop();
    await expect.poll(() => proxy.listening.size).toBe(0);
  });

  it('finds what was written while it had no stream', async () => {
    const version = await seed();
    const told: (Stored | undefined)[] = [];
    const stop = store.watch(idOf('a'), (stored) => told.push(stored));
    await expect.poll(() => told.length).toBeGreaterThan(0);
    for (const stream of proxy.listening) stream.close();
    await expect.poll(() => proxy.listening.size).toBe(0);
    await other.update(failed('a'), version);
    await expect.poll(() => told.at(-1)?.operation.status).toBe('failed');
    await turn();
    stop();
    await expect.poll(() => proxy.listening.size).toBe(0);
  });
});

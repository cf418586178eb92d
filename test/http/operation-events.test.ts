import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { operationEvents } from '../../shared/http/operation-events.ts';
import type { Stored } from '../../shared/operations/store/port.ts';
import { queued, running, START, succeeded } from '../contract/records.ts';
import { kindsWith } from '../support/kinds-with.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { tellingStore } from '../support/telling-store.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const RESULT = { original_text: 'அ', corrected_text: 'அ', issues: [] };
const first: Stored = { operation: queued('a'), version: '1' };
const runs = (progress: number): Stored => ({
  operation: running('a', { updated_at: START + progress * 100, progress }),
  version: `p${progress}`,
});
const ended: Stored = { operation: succeeded('a', RESULT, { updated_at: START + 500 }), version: '9' };

/** The stream of an operation, read as it comes. */
function streamed(options: { from?: Stored; lastEventId?: string } = {}) {
  const store = tellingStore();
  const leaving = new AbortController();
  const pieces: string[] = [];
  const events = operationEvents(
    { store, kinds: kindsWith(createScriptedProvider()) } as unknown as Parameters<typeof operationEvents>[0],
    options.from ?? first,
    { lastEventId: options.lastEventId, signal: leaving.signal },
  );
  const ending = vi.fn();
  void (async () => {
    for await (const piece of events) pieces.push(piece);
    ending();
  })();
  const tell = async (stored: Stored | undefined) => {
    store.told(stored);
    await vi.advanceTimersByTimeAsync(0);
  };
  const operations = () =>
    pieces.flatMap((piece) => {
      const [, id, data] = /^event: operation\nid: ([\w-]{22})\ndata: (.*)\n\n$/.exec(piece) ?? [];
      return data === undefined ? [] : [{ id: String(id), ...JSON.parse(data) }];
    });
  const comments = () => pieces.filter((piece) => piece.startsWith(':'));
  return { pieces, operations, comments, tell, store, leaving, ending };
}

describe('the events of an operation', () => {
  it('are its present state, each change, and its end, which ends the stream', async () => {
    const { pieces, operations, tell, store, ending } = streamed();
    await tell(first);
    for (const stored of [runs(0.1), runs(0.5), ended]) await tell(stored);
    expect(pieces[0]).toBe('retry: 1000\n\n');
    expect(operations().map(({ status, progress }) => [status, progress])).toEqual([
      ['queued', undefined],
      ['running', 0.1],
      ['running', 0.5],
      ['succeeded', undefined],
    ]);
    expect(new Set(operations().map(({ id }) => id)).size).toBe(4);
    expect(operations().at(-1)).toMatchObject({ operation_id: ended.operation.id, result: RESULT });
    expect(ending).toHaveBeenCalled();
    expect([store.watching, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('leave out what was seen, and nothing else', async () => {
    const before = streamed();
    await before.tell(runs(0.1));
    const [, seen] = before.operations();
    const same = streamed({ from: runs(0.1), lastEventId: seen.id });
    await same.tell(runs(0.1));
    expect(same.operations()).toEqual([]);
    await same.tell(ended);
    expect(same.operations()).toMatchObject([{ status: 'succeeded' }]);
    const later = streamed({ from: runs(0.5), lastEventId: seen.id });
    await later.tell(runs(0.5));
    expect(later.operations()).toMatchObject([{ progress: 0.5 }]);
    const stranger = streamed({ lastEventId: 'nonsense' });
    await stranger.tell(first);
    expect(stranger.operations()).toMatchObject([{ status: 'queued' }]);
  });

  it('are one where nothing that is shown has changed', async () => {
    const { operations, tell } = streamed();
    await tell({ operation: queued('a', { due_at: START + 99 }), version: '2' });
    expect(operations()).toHaveLength(1);
  });

  it('come with a comment after 15 s of silence, and end after 55 s', async () => {
    const { comments, tell, store, ending } = streamed();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(comments()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(comments()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    await tell(runs(0.1));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(comments()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(comments()).toHaveLength(2);
    expect(ending).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ending).toHaveBeenCalled();
    expect([store.watching, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('end when the client goes or the server ends, and when the operation is erased', async () => {
    const left = streamed();
    await vi.advanceTimersByTimeAsync(100);
    left.leaving.abort();
    await vi.advanceTimersByTimeAsync(0);
    const erased = streamed();
    await erased.tell(undefined);
    for (const { ending, store, operations } of [left, erased]) {
      expect(ending).toHaveBeenCalled();
      expect(store.watching).toBe(0);
      expect(operations()).toHaveLength(1);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wait for a reader who is slow, with the latest state only', async () => {
    const store = tellingStore();
    const services = { store, kinds: kindsWith(createScriptedProvider()) };
    const events = operationEvents(services as unknown as Parameters<typeof operationEvents>[0], first, {
      lastEventId: undefined,
      signal: new AbortController().signal,
    });
    await events.next();
    await events.next();
    for (let n = 1; n <= 1000; n += 1) store.told(runs(n / 1000));
    store.told(ended);
    expect((await events.next()).value).toContain('"succeeded"');
    expect((await events.next()).done).toBe(true);
    expect(store.watching).toBe(0);
  });
});

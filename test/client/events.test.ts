import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf, StreamBroken, type StreamEvent } from '../../client/src/events.ts';

const STREAM =
  ': alive\n\nevent: operation\r\nid: 1\r\ndata: {"text":"அந்த 😀"}\r\n\r\ndata:a\ndata: b\nretry: 5\nodd\n\nid\rdata:  c\r\r: alive\ndata: lost';
const EVENTS: StreamEvent[] = [
  { event: 'operation', data: '{"text":"அந்த 😀"}', id: '1' },
  { event: 'message', data: 'a\nb', id: '1' },
  { event: 'message', data: ' c', id: '' },
];

const streamOf = (chunks: readonly Uint8Array<ArrayBuffer>[], error?: Error) => {
  const left = [...chunks];
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (error === undefined) controller.close();
      else controller.error(error);
    },
  });
};

describe('an event stream', () => {
  it('is the same events wherever it is cut into chunks', async () => {
    const bytes = new TextEncoder().encode(STREAM);
    const cuts = fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const edges = [0, ...at.toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
        let signs = 0;
        expect(await Array.fromAsync(eventsOf(streamOf(chunks), () => (signs += 1)))).toEqual(EVENTS);
        expect(signs).toBe(chunks.length);
      }),
    );
  });

  it('that breaks says so, after the events before', async () => {
    const cause = new Error('reset');
    const events = eventsOf(streamOf([new TextEncoder().encode('data: a\n\n')], cause));
    expect((await events.next()).value).toMatchObject({ data: 'a' });
    const error = await events.next().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StreamBroken);
    expect(error).toMatchObject({ cause });
  });
});

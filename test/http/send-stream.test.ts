import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sendStream } from '../../shared/http/send-stream.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A client that takes pieces only when the test says so. */
class Slow extends EventEmitter {
  readonly taken: string[] = [];
  destroyed = false;
  ended = false;
  writeHead(): this {
    return this;
  }
  write(piece: string): boolean {
    this.taken.push(piece);
    return false;
  }
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function send(client: Slow) {
  let made = 0;
  let stopped = false;
  async function* pieces() {
    try {
      for (; made < 5; made += 1) yield `piece ${made}`;
    } finally {
      stopped = true;
    }
  }
  const answer = { status: 200, stream: pieces() };
  const sent = sendStream(client as unknown as ServerResponse, answer, 'request-1');
  return { sent, made: () => made, stopped: () => stopped };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('the next piece is made when the last was taken', async () => {
  const client = new Slow();
  const { sent, made } = send(client);
  for (let taken = 0; taken < 5; taken += 1) {
    await pass(1000);
    expect([client.taken.length, made()]).toEqual([taken + 1, taken]);
    client.emit('drain');
  }
  expect(await sent).toBe(true);
  expect([client.ended, client.listenerCount('close'), vi.getTimerCount()]).toEqual([true, 0, 0]);
});

it('a client that takes nothing for 30 s is hung up on, and nothing more is made', async () => {
  const client = new Slow();
  const { sent, made, stopped } = send(client);
  await pass(29_999);
  expect(client.destroyed).toBe(false);
  await pass(1);
  expect(await sent).toBe(false);
  expect([client.destroyed, made(), stopped(), client.ended]).toEqual([true, 1, true, false]);
});

it('nothing more is made for a client that has gone', async () => {
  const client = new Slow();
  const { sent, made, stopped } = send(client);
  await pass(5);
  client.destroy();
  await sent;
  expect([made(), stopped(), vi.getTimerCount()]).toEqual([1, true, 0]);
});

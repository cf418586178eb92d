import { EventEmitter, getEventListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { ClientGone } from '../../shared/errors.ts';
import { IncomingCall } from '../../shared/http/incoming-call.ts';

const request = { headers: {}, rawHeaders: [], url: '/' } as unknown as IncomingMessage;
const respond = () =>
  Object.assign(new EventEmitter(), {
    destroyed: false,
    writableFinished: false,
  }) as unknown as ServerResponse & EventEmitter;

it('who waits is told that the client has gone, or that the server ends', () => {
  const ending = new AbortController();
  const [left, stays] = [respond(), respond()];
  const [gone, waiting] = [left, stays].map((res) => new IncomingCall(request, res, ending.signal).waiting());
  left.emit('close');
  expect([gone?.aborted, gone?.reason instanceof ClientGone, waiting?.aborted]).toEqual([true, true, false]);
  ending.abort(new Error('ending'));
  expect([waiting?.aborted, waiting?.reason.message]).toEqual([true, 'ending']);
  const late = new IncomingCall(request, respond(), ending.signal).waiting();
  expect([late.aborted, late.reason.message]).toEqual([true, 'ending']);
});

it('a server that lives long keeps nothing of requests that waited', () => {
  const { signal } = new AbortController();
  for (let n = 0; n < 100; n += 1) {
    const res = respond();
    new IncomingCall(request, res, signal).waiting();
    res.emit('close');
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

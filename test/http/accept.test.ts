import { expect, it } from 'vitest';
import { prefersEvents } from '../../shared/http/accept.ts';

it.each<[readonly string[], boolean]>([
  [[], false],
  [[''], false],
  [['*/*'], false],
  [['text/*'], false],
  [['application/json'], false],
  [['text/event-stream'], true],
  [['Text/Event-Stream; charset=utf-8'], true],
  [['text/event-stream, */*'], true],
  [['*/*', 'text/event-stream'], true],
  [['text/event-stream;q=0'], false],
  [['text/event-stream;q=nonsense'], false],
  [['application/json, text/event-stream'], false],
  [['application/json;q=0.5, text/event-stream'], true],
  [['application/json;q=0.9, text/event-stream; q=0.8'], false],
  [['application/json;q=0, text/event-stream;q=0.1'], true],
  [['text/event-stream;q=0.5, */*;q=0.8'], false],
  [['text/event-stream;q=0.5, application/*'], false],
  [['text/event-stream;q=0.5, application/*;q=0.1, */*'], true],
  [['text/event-stream;q=0.5, */*;q=0.1'], true],
])('Accept %j asks for events: %s', (accept, events) => {
  expect(prefersEvents(accept)).toBe(events);
});

import { expect, it } from 'vitest';
import { traceFields, traceparentOf } from '../shared/trace.ts';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('keeps a trace context of version 00', () => {
  expect(traceparentOf(GIVEN)).toBe(GIVEN);
});

it.each([
  ['none', undefined],
  ['several', [GIVEN, GIVEN]],
  ['another version', GIVEN.replace('00-', '01-')],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ['a span id of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
])('makes one instead of %s, which is another each time and is itself kept', (_, header) => {
  const made = Array.from({ length: 100 }, () => traceparentOf(header));
  for (const one of made) expect(traceparentOf(one)).toBe(one);
  const ids = made.map((one) => traceFields(one, undefined));
  expect(new Set(ids.map((fields) => fields['logging.googleapis.com/trace'])).size).toBe(100);
  expect(new Set(ids.map((fields) => fields['logging.googleapis.com/spanId'])).size).toBe(100);
});

import { describe, expect, it } from 'vitest';
import { conditional } from '../../shared/http/conditional.ts';

const answer = { status: 200, body: { a: 1 }, headers: { 'Retry-After': '1' }, log: { b: 2 } };

describe('a conditional answer', () => {
  it.each<readonly string[]>([[], [''], ['"other"'], ['W/"other", "v2"'], ['v1'], ['"v1'], ['"*"']])(
    'is whole for If-None-Match %j',
    (...fields) => {
      expect(conditional(answer, 'v1', fields)).toEqual({
        ...answer,
        headers: { 'Retry-After': '1', ETag: '"v1"' },
      });
    },
  );

  it.each<readonly string[]>([['"v1"'], ['W/"v1"'], ['"other", W/"v1"'], ['"a,b"', '"v1"'], ['*'], [' * ']])(
    'is 304 without a body for If-None-Match %j',
    (...fields) => {
      expect(conditional(answer, 'v1', fields)).toEqual({
        status: 304,
        headers: { 'Retry-After': '1', ETag: '"v1"' },
        log: { b: 2 },
      });
    },
  );
});

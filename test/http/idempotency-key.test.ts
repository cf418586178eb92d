import { describe, expect, it } from 'vitest';
import { Problem } from '../../shared/errors.ts';
import { idempotencyKey } from '../../shared/http/idempotency-key.ts';
import { cpuMs } from '../support/cpu-time.ts';

const VISIBLE = Array.from({ length: 0x7e - 0x21 + 1 }, (_, at) => String.fromCharCode(0x21 + at)).join('');

describe('Idempotency-Key', () => {
  it('is optional', () => expect(idempotencyKey([])).toBeUndefined());

  it.each([
    ['bare', '8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['quoted', '"8e03978e-40d5"', '8e03978e-40d5'],
    ['quoted with escapes', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['one character', 'k', 'k'],
    ['200 characters', 'k'.repeat(200), 'k'.repeat(200)],
    ['200 characters in quotes', `"${'k'.repeat(200)}"`, 'k'.repeat(200)],
    ['every visible ASCII character', VISIBLE, VISIBLE],
    ['a quote that opens nothing', '"abc', '"abc'],
  ])('%s', (_name, value, key) => expect(idempotencyKey([value])).toBe(key));

  it.each([
    ['empty', ['']],
    ['only white space', ['  ']],
    ['empty in quotes', ['""']],
    ['201 characters', ['k'.repeat(201)]],
    ['201 characters in quotes', [`"${'k'.repeat(201)}"`]],
    ['a space inside', ['a b']],
    ['a space inside quotes', ['"a b"']],
    ['a control character', ['a\u0001b']],
    ['delete', ['a\u007f']],
    ['beyond ASCII', ['விசை']],
    ['Latin-1', ['caf\u00e9']],
    ['a no-break space around it', ['\u00a0key\u00a0']],
    ['sent twice', ['a', 'b']],
    ['sent twice, the same', ['a', 'a']],
  ])('refused: %s', (_name, values) => {
    let thrown: unknown;
    try {
      idempotencyKey(values);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({ code: 'validation-error', errors: [{ field: 'Idempotency-Key' }] });
  });

  it('takes linear time', () => {
    const length = 262_144;
    const refuseAll = () => {
      for (const value of ['"'.repeat(length), `"${'\\'.repeat(length - 1)}`, ' '.repeat(length)])
        expect(() => idempotencyKey([value])).toThrow(Problem);
    };
    // A few milliseconds; with the square of the length, half a minute and more.
    expect(cpuMs(refuseAll)).toBeLessThan(1500);
  });
});

import { describe, expect, it } from 'vitest';
import { GRPC, isTransient, nameOf } from '../shared/grpc-status.ts';

describe('a gRPC status', () => {
  it('passes, or does not', () => {
    const transient = Object.entries(GRPC)
      .filter(([, code]) => isTransient(Object.assign(new Error(), { code })))
      .map(([name]) => name);
    expect(transient).toEqual([
      'CANCELLED',
      'UNKNOWN',
      'DEADLINE_EXCEEDED',
      'RESOURCE_EXHAUSTED',
      'ABORTED',
      'INTERNAL',
      'UNAVAILABLE',
    ]);
  });

  it.each([undefined, null, new Error('no code'), { code: '14' }, { code: 0 }, { code: 99 }])(
    'is not in %o, which does not pass',
    (error) => expect(isTransient(error)).toBe(false),
  );

  it('is told by its name', () => {
    expect(nameOf({ code: 14 })).toBe('UNAVAILABLE');
    expect(nameOf(new TypeError('x'))).toBe('TypeError');
    expect(nameOf(undefined)).toBe('unknown');
  });
});

import { describe, expect, it } from 'vitest';
import { codeOf, isTransient, nameOf } from '../../../shared/queue/cloud-tasks/errors.ts';

describe('an error of Cloud Tasks', () => {
  // https://grpc.io/docs/guides/status-codes/
  it.each([
    [1, 'CANCELLED', false],
    [2, 'UNKNOWN', false],
    [3, 'INVALID_ARGUMENT', false],
    [4, 'DEADLINE_EXCEEDED', true],
    [5, 'NOT_FOUND', false],
    [6, 'ALREADY_EXISTS', false],
    [7, 'PERMISSION_DENIED', false],
    [8, 'RESOURCE_EXHAUSTED', true],
    [9, 'FAILED_PRECONDITION', false],
    [10, 'ABORTED', true],
    [11, 'OUT_OF_RANGE', false],
    [12, 'UNIMPLEMENTED', false],
    [13, 'INTERNAL', true],
    [14, 'UNAVAILABLE', true],
    [15, 'DATA_LOSS', false],
    [16, 'UNAUTHENTICATED', false],
  ])('%i is %s, and may pass: %s', (code, name, passes) => {
    const error = Object.assign(new Error('no'), { code });
    expect([codeOf(error), nameOf(error), isTransient(error)]).toEqual([code, name, passes]);
  });

  it('without a code has the name of its class, or none, and does not pass', () => {
    expect([nameOf(new TypeError('no')), isTransient(new TypeError('no'))]).toEqual(['TypeError', false]);
    expect([nameOf(undefined), nameOf('no'), isTransient(undefined)]).toEqual(['unknown', 'unknown', false]);
  });
});

import type { AttemptEnd } from '../../../shared/operations/attempt/attempt.ts';
import type { decide } from '../../../shared/operations/attempt/decide.ts';
import type { Event } from '../../../shared/operations/record/transitions.ts';
import type { Analysed } from './provider.ts';

/** How an attempt ends that the models answered so. */
export function endOf(analysed: Analysed): AttemptEnd {
  if (analysed === 'answered') return { kind: 'succeeded', completion: { latency_ms: 0, result: null } };
  return 'throttled' in analysed
    ? { kind: 'unavailable', error: analysed }
    : { kind: 'rejected', error: analysed };
}

/** What a decision does to the record, as in `shared/operations/work/work.ts`; `undefined`: nothing. */
export function eventOf(decision: ReturnType<typeof decide>, token: string): Event | undefined {
  switch (decision.kind) {
    case 'succeed':
      return { type: 'succeed', token, completion: decision.completion };
    case 'fail':
      return { type: 'fail', token, error: decision.error };
    case 'retry':
      return { type: 'retry', token, afterMs: decision.afterMs };
    default:
      return undefined;
  }
}

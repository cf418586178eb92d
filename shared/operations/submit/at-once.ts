import { attempt } from '../attempt/attempt.ts';
import { attemptLog } from '../attempt/attempt-log.ts';
import type { Kind } from '../kind.ts';
import { type Finished, isFinished, type Unfinished } from '../record/record.ts';
import { transition } from '../record/transitions.ts';
import type { Services } from '../services.ts';

const TOKEN = 'at-once';

/**
 * Does brief work before its operation is recorded, so that the record is written once, with its result. Resolves to
 * `undefined` if the work did not succeed: then the operation goes to the queue as if nothing had been tried.
 */
export async function finishAtOnce(
  services: Services,
  kind: Kind,
  draft: Unfinished,
): Promise<Finished | undefined> {
  const { limits, now } = services;
  const end = await attempt({
    kind,
    input: draft.input,
    timeoutMs: limits.syncTimeoutMs,
    traceparent: draft.traceparent,
    log: attemptLog(services, draft, 0),
  });
  if (end.kind !== 'succeeded') return undefined;
  const held = { ...draft, lease: { token: TOKEN, task: TOKEN, dispatch: 0, expires_at: draft.due_at } };
  const finished = transition(held, { type: 'succeed', token: TOKEN, completion: end.completion }, now());
  return 'refused' in finished || !isFinished(finished) ? undefined : finished;
}

import type { Call } from './call.ts';
import { followStreams, type Path } from './follow-streams.ts';
import type { Operation } from './operation.ts';
import { operationOf, operationPath } from './operations.ts';
import { pauseAfter } from './retry.ts';
import { type Connection, type Request, retried, sendOnce } from './send.ts';
import { type Watch, watch } from './watch.ts';

/** What all calls of a client share. */
export interface Service {
  readonly connection: Connection;
  readonly path: Path;
}

/** Seconds that a GET asks to be held. Gateways commonly cut at 30. */
const HOLD_S = 25;
/** With a listener to progress, which an answer that is held back does not tell. */
const HOLD_FOR_PROGRESS_S = 5;
/** An answer that came sooner was not held. */
const HELD_MS = 1000;
/** The operation goes on while the service is away, so it is worth about two minutes of asking. */
const MOST_FAILURES = 16;

/**
 * Waits until the operation has ended: by streams of its states, else by requests that the service holds until then, else by
 * asking again after `Retry-After`. `onChange` hears each new state.
 * @throws {ProblemError | UnexpectedAnswerError | ConnectionError | TokenError | AbortError | DeadlineError}
 */
export async function untilFinished(
  { connection, path }: Service,
  call: Call,
  id: string,
  known: Operation | undefined,
  onChange: ((operation: Operation) => void) | undefined,
): Promise<Operation> {
  const watched = watch(call, id, known, onChange);
  call.mostFailures = MOST_FAILURES;
  if (watched.ended() === undefined) await followStreams(connection, path, watched);
  return watched.ended() ?? poll(connection, watched, onChange === undefined ? HOLD_S : HOLD_FOR_PROGRESS_S);
}

/** Asks until the operation has ended. Each request asks to be held, and is asked again at once if it was. */
async function poll(connection: Connection, { call, id, learn, ended }: Watch, longestHoldS: number) {
  let holdS = longestHoldS;
  for (;;) {
    let tookMs = 0;
    const { status, body, headers } = await retried(call, async () => {
      const begun = performance.now();
      const outcome = await sendOnce(connection, getHeld(id, holdS), call);
      tookMs = performance.now() - begun;
      // Something on the way may cut what takes long.
      if ('error' in outcome && tookMs >= HELD_MS) holdS = Math.floor(holdS / 2);
      return outcome;
    });
    learn(operationOf(status, body, call));
    const end = ended();
    if (end !== undefined) return end;
    if (tookMs < HELD_MS) await call.pause(pauseAfter(1, headers.get('Retry-After')));
  }
}

const getHeld = (id: string, holdS: number): Request => ({
  method: 'GET',
  path: operationPath(id),
  ...(holdS > 0 && { headers: { Prefer: `wait=${holdS}` }, heldMs: holdS * 1000 }),
});

import type { Call } from './call.ts';
import { ConnectionError } from './errors.ts';
import { eventsOf, StreamBroken } from './events.ts';
import { isFinished, type Operation } from './operation.ts';
import { operationOf, operationPath } from './operations.ts';
import { mayPass, pauseAfter } from './retry.ts';
import {
  answered,
  type Connection,
  errorOf,
  open,
  parseJson,
  type Request,
  retried,
  sendOnce,
} from './send.ts';
import { timeLimit } from './time-limit.ts';

/** What a client learns of the way to its service. */
export interface Path {
  /** Event streams come through. Once something on the way has held one back, none is tried again. */
  streams: boolean;
}

/** The first event comes at once. Something on the way that collects whole answers passes nothing on. */
const FIRST_EVENT_MS = 8000;
/** The service sends a comment every 15 s. */
const SILENCE_MS = 40_000;
/** A stream that ended sooner and brought no news was in vain. */
const LASTING_MS = 5000;
/** So many streams in a row may be in vain before requests take their place. */
const MOST_IN_VAIN = 3;
/** Seconds that a GET asks to be held. Gateways commonly cut at 30. */
const HOLD_S = 25;
/** With a listener to progress, which an answer that is held back does not tell. */
const HOLD_FOR_PROGRESS_S = 5;
/** The operation goes on while the service is away, so it is worth about two minutes of asking. */
const MOST_FAILURES = 16;
/** An answer that came sooner was not held. */
const HELD_MS = 1000;

/**
 * Waits until the operation has finished: by a stream of its states, else by requests that the service holds until then, else
 * by asking again after `Retry-After`.
 * @throws {ProblemError | UnexpectedAnswerError | ConnectionError | TokenError | AbortError | DeadlineError}
 */
export async function untilFinished(
  { connection, path }: { readonly connection: Connection; readonly path: Path },
  call: Call,
  id: string,
  known: Operation | undefined,
  onChange: ((operation: Operation) => void) | undefined,
): Promise<Operation> {
  let latest = known;
  const learn = (operation: Operation) => {
    call.throwIfOver();
    const changed = stateOf(operation) !== stateOf(latest);
    latest = operation;
    if (changed) onChange?.(operation);
    return changed;
  };
  if (latest !== undefined && isFinished(latest)) return latest;
  call.mostFailures = MOST_FAILURES;
  let lastEventId = '';
  let inVain = 0;
  while (path.streams && inVain < MOST_IN_VAIN) {
    const begun = performance.now();
    let news = false;
    const end = await followStream(connection, call, id, lastEventId, (operation, eventId) => {
      lastEventId = eventId;
      news = learn(operation) || news;
    });
    if (latest !== undefined && isFinished(latest)) return latest;
    if (end === 'unsupported') path.streams = false;
    if (end !== 'ended') break;
    inVain = news || performance.now() - begun >= LASTING_MS ? 0 : inVain + 1;
    if (inVain > 0) await call.pause(pauseAfter(inVain, null));
  }
  return poll(connection, call, id, learn, onChange === undefined ? HOLD_S : HOLD_FOR_PROGRESS_S);
}

/** Asks until the operation has finished. Each request asks to be held, and is asked again at once if it was. */
async function poll(
  connection: Connection,
  call: Call,
  id: string,
  learn: (operation: Operation) => void,
  longestHoldS: number,
): Promise<Operation> {
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
    const operation = operationOf(status, body, call);
    learn(operation);
    if (isFinished(operation)) return operation;
    if (tookMs < HELD_MS) await call.pause(pauseAfter(1, headers.get('Retry-After')));
  }
}

/**
 * Follows one stream to its end: `ended` by whomever, `unsupported` by something on the way, or `refused` for now.
 * @throws what a GET would throw
 */
async function followStream(
  connection: Connection,
  call: Call,
  id: string,
  lastEventId: string,
  onOperation: (operation: Operation, eventId: string) => void,
): Promise<'ended' | 'unsupported' | 'refused'> {
  const resumed = lastEventId !== '';
  const headers = { Accept: 'text/event-stream', ...(resumed && { 'Last-Event-ID': lastEventId }) };
  const silence = timeLimit(call.signal, FIRST_EVENT_MS);
  let begun = false;
  const onBytes = () => {
    begun = true;
    silence.renew(SILENCE_MS);
  };
  try {
    const response = await open(connection, { ...get(id), headers }, call, silence.signal);
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
    if (!response.ok || !isStream || response.body === null) {
      const error = errorOf(response, await answered(response.text(), call), call);
      // By 204 the service says that there is no more to come.
      if (error === undefined) return response.status === 200 ? 'unsupported' : 'refused';
      if (mayPass(error, response.headers)) return 'refused';
      throw error;
    }
    // A resumed stream begins with news, which may take long.
    if (resumed) onBytes();
    for await (const { event, data, id: eventId } of eventsOf(response.body, onBytes)) {
      if (event === 'operation') onOperation(operationOf(200, parseJson(data), call), eventId);
    }
    return 'ended';
  } catch (error) {
    call.throwIfOver();
    if (!(error instanceof ConnectionError || error instanceof StreamBroken)) throw error;
    return silence.passed() && !begun ? 'unsupported' : 'ended';
  } finally {
    silence.end();
  }
}

const get = (id: string): Request => ({ method: 'GET', path: operationPath(id) });
const getHeld = (id: string, holdS: number): Request =>
  holdS > 0 ? { ...get(id), headers: { Prefer: `wait=${holdS}` }, heldMs: holdS * 1000 } : get(id);

/** What `onProgress` is told of. */
const stateOf = (operation: Operation | undefined): string =>
  operation === undefined ? '' : `${operation.status} ${'progress' in operation ? operation.progress : ''}`;

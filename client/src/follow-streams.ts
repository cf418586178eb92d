import { ConnectionError } from './errors.ts';
import { eventsOf, StreamBroken } from './events.ts';
import { operationOf, operationPath } from './operations.ts';
import { mayPass, pauseAfter } from './retry.ts';
import { answered, type Connection, errorOf, open, parseJson } from './send.ts';
import { timeLimit } from './time-limit.ts';
import type { Watch } from './watch.ts';

/** What a client learns of the way to its service. */
export interface Path {
  /** Whether event streams come through. If something on the way holds back the first one, none is tried again. */
  streams: 'unknown' | 'yes' | 'no';
}

/** The first bytes come at once. Something on the way that collects whole answers passes nothing on. */
const FIRST_BYTES_MS = 8000;
/** The service sends a comment every 15 s. */
const SILENCE_MS = 40_000;
/** A stream that lasted so long did its work, even if there was no news. */
const LASTING_MS = 5000;
/** So many streams in a row that brought nothing are enough: such that began, and such that did not. */
const MOST_IN_VAIN = { began: 30, failed: 3 };

/**
 * Follows the operation by streams, each of which begins behind the last, until it has ended or streams do not help.
 * @throws {ProblemError | UnexpectedAnswerError | TokenError | AbortError | DeadlineError}
 */
export async function followStreams(connection: Connection, path: Path, watch: Watch): Promise<void> {
  const inVain = { began: 0, failed: 0 };
  let lastEventId = '';
  while (path.streams !== 'no' && inVain.began < MOST_IN_VAIN.began && inVain.failed < MOST_IN_VAIN.failed) {
    const at = performance.now();
    const { end, news, ...seen } = await followStream(connection, watch, lastEventId);
    if (watch.ended() !== undefined || end === 'refused') return;
    lastEventId = seen.lastEventId;
    if (end === 'began') path.streams = 'yes';
    else if (end === 'held back' && path.streams === 'unknown') path.streams = 'no';
    const useful = news || performance.now() - at >= LASTING_MS;
    inVain.began = useful ? 0 : inVain.began + 1;
    inVain.failed = end === 'began' ? 0 : inVain.failed + 1;
    if (!useful && path.streams !== 'no')
      await watch.call.pause(pauseAfter(Math.max(1, inVain.failed), null));
  }
}

interface Followed {
  /**
   * `began`: the service sent something, whoever ended it then. `held back`: something on the way has not passed it on.
   * `failed`: nothing came. `refused`: the service has no stream to give.
   */
  readonly end: 'began' | 'held back' | 'failed' | 'refused';
  /** Whether it told a state that was not known. */
  readonly news: boolean;
  readonly lastEventId: string;
}

/** @throws what a GET would throw, and what the listener throws */
async function followStream(connection: Connection, watch: Watch, seenId: string): Promise<Followed> {
  const { call, id } = watch;
  const silence = timeLimit(call.signal, Math.min(FIRST_BYTES_MS, connection.answerWithinMs));
  let began = false;
  let news = false;
  let lastEventId = seenId;
  const followed = (end: Followed['end']): Followed => ({ end, news, lastEventId });
  try {
    const headers = { Accept: 'text/event-stream', ...(seenId !== '' && { 'Last-Event-ID': seenId }) };
    const request = { method: 'GET', path: operationPath(id), headers } as const;
    const response = await open(connection, request, call, silence.signal);
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
    if (response.status !== 200 || !isStream || response.body === null) {
      const error = errorOf(response, await answered(response.text(), call), call);
      if (error !== undefined && !mayPass(error, response.headers)) throw error;
      return followed(response.status === 200 ? 'held back' : 'refused');
    }
    const onBytes = () => {
      began = true;
      silence.renew(SILENCE_MS);
    };
    for await (const { event, data, id: eventId } of eventsOf(response.body, onBytes)) {
      if (event !== 'operation') continue;
      lastEventId = eventId;
      news = watch.learn(operationOf(response.status, parseJson(data), call)) || news;
    }
    return followed('began');
  } catch (error) {
    call.throwIfOver();
    if (!(error instanceof ConnectionError || error instanceof StreamBroken)) throw error;
    if (began) return followed('began');
    return followed(silence.passed() ? 'held back' : 'failed');
  } finally {
    silence.end();
  }
}

import { follow } from '../operations/access/changes.ts';
import { isFinished } from '../operations/record/record.ts';
import type { Services } from '../operations/services.ts';
import type { Stored } from '../operations/store/port.ts';
import { shown } from './operation-answer.ts';

/** Firebase Hosting and Cloud Run (`--timeout`) cut a request after 60 s, and a stream that is cut looks like a fault. */
export const STREAM_MS = 55_000;
/** Proxies hang up on a connection that is silent for a minute, some sooner. */
export const HEARTBEAT_MS = 15_000;
/** The client comes again so soon after the end of a stream. */
const RETRY_MS = 1000;

/**
 * The states of an operation as server-sent events: first the present one, unless the client has seen it, then each change,
 * until the operation is finished, `STREAM_MS` have passed or `signal` is aborted. The id of an event is the version of the
 * state, as in an `ETag`.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* operationEvents(
  { store, kinds }: Pick<Services, 'store' | 'kinds'>,
  first: Stored,
  { lastEventId, signal }: { readonly lastEventId: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<string, void> {
  const end = performance.now() + STREAM_MS;
  const following = follow(store, first, signal);
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    let seen = lastEventId;
    for (let latest = first; ; ) {
      const { body, version } = shown(kinds, latest.operation);
      if (version !== seen) yield `event: operation\nid: ${version}\ndata: ${body}\n\n`;
      seen = version;
      if (isFinished(latest.operation)) return;
      const next = await following.next(Math.min(HEARTBEAT_MS, end - performance.now()));
      if (next === 'gone' || signal.aborted) return;
      if (next !== 'silence') latest = next;
      else if (performance.now() >= end) return;
      else yield ': still there\n\n';
    }
  } finally {
    following.stop();
  }
}

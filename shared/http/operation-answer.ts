import { isFinished, type Operation } from '../operations/record/record.ts';
import { pollUrl, view } from '../operations/record/view.ts';
import type { Services } from '../operations/services.ts';
import type { Answer } from './route.ts';

/** Seconds that a client should wait before it asks again. They grow with the age of the operation. */
export function retryAfter(op: Operation, now: number): string {
  const age = Math.max(0, now - op.created_at) / 1000;
  return String(Math.min(10, Math.max(1, Math.round(age / 4))));
}

/** The answer of GET: always 200, with `Retry-After` while the operation is unfinished. */
export function polled({ kinds, now }: Pick<Services, 'kinds' | 'now'>, op: Operation): Answer {
  return {
    status: 200,
    body: rendered(kinds, op),
    ...(!isFinished(op) && { headers: { 'Retry-After': retryAfter(op, now()) } }),
    log: logFields(op),
  };
}

/** The answer of POST: 200 for a finished operation, else 202 with the URL to poll. */
export function accepted(services: Pick<Services, 'kinds' | 'now'>, op: Operation): Answer {
  if (isFinished(op)) return polled(services, op);
  const { kinds, now } = services;
  const poll_url = pollUrl(op.id);
  return {
    status: 202,
    body: { ...view(op, kinds.of(op.endpoint).result), poll_url },
    headers: { Location: poll_url, 'Retry-After': retryAfter(op, now()) },
    log: logFields(op),
  };
}

/** The JSON of records that are still in memory. */
const bodies = new WeakMap<Operation, Buffer>();

/** A store may return the same record object while it does not change. Its JSON is made once, however often it is polled. */
function rendered(kinds: Services['kinds'], op: Operation): Buffer {
  const known = bodies.get(op);
  if (known !== undefined) return known;
  const body = Buffer.from(JSON.stringify(view(op, kinds.of(op.endpoint).result)));
  bodies.set(op, body);
  return body;
}

const logFields = (op: Operation) => ({
  operation_id: op.id,
  endpoint: op.endpoint,
  operation_status: op.status,
});

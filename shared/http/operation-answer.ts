import { hash } from 'node:crypto';
import { isFinished, type Operation } from '../operations/record/record.ts';
import { pollUrl, view } from '../operations/record/view.ts';
import type { Services } from '../operations/services.ts';
import { createSecondTime } from '../second-time.ts';
import type { Answer } from './route.ts';

const LONGEST_RETRY_AFTER_S = 30;

/** Seconds that a client should wait before it asks again. They grow with the age of the operation. */
export function retryAfter(op: Operation, now: number): string {
  const age = Math.max(0, now - op.created_at) / 1000;
  return String(Math.min(LONGEST_RETRY_AFTER_S, Math.max(1, Math.round(age / 4))));
}

/** The answer of GET: always 200, with `Retry-After` while the operation is unfinished. */
export function polled(
  { kinds, now }: Pick<Services, 'kinds' | 'now'>,
  op: Operation,
  { body } = shown(kinds, op),
): Answer {
  return {
    status: 200,
    body,
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

/** An operation as its tenant sees it. */
export interface Shown {
  /** One line of JSON. */
  readonly body: Buffer;
  /** Names this state of it: equal for equal bodies, also from other instances. */
  readonly version: string;
}

/** What is shown of records that are still in memory. */
const shownOf = new WeakMap<Operation, Shown>();

/** Most are shown once: to keep what is shown of them costs the garbage collector more than it saves. */
const isShownAgain = createSecondTime(64);

/** A store may return the same record object while it does not change. Its JSON is kept when it is shown again soon. */
export function shown(kinds: Services['kinds'], op: Operation): Shown {
  const known = shownOf.get(op);
  if (known !== undefined) return known;
  const body = Buffer.from(JSON.stringify(view(op, kinds.of(op.endpoint).result)));
  const made = { body, version: hash('sha256', body, 'base64url').slice(0, VERSION_LENGTH) };
  if (isShownAgain(op.created_at)) shownOf.set(op, made);
  return made;
}

/** 132 bits. */
const VERSION_LENGTH = 22;

/** What the log says of an answer about the operation. */
export const logFields = (op: Operation) => ({
  operation_id: op.id,
  endpoint: op.endpoint,
  operation_status: op.status,
});

import { ClientGone } from '../errors.ts';
import { untilFinished } from '../operations/access/changes.ts';
import { findOperation, noSuchOperation } from '../operations/access/find.ts';
import { isFinished } from '../operations/record/record.ts';
import type { Services } from '../operations/services.ts';
import type { Stored } from '../operations/store/port.ts';
import { prefersEvents } from './accept.ts';
import { conditional } from './conditional.ts';
import { logFields, polled, shown } from './operation-answer.ts';
import { operationEvents } from './operation-events.ts';
import { waitOf } from './prefer.ts';
import type { Answer, TenantCall } from './route.ts';

const VARY = { Vary: 'Accept' };

/**
 * Answers GET of an operation: at once, when it is finished (`Prefer: wait=N`), or as a stream of events.
 * @throws {Problem} `not-found`
 * @throws {ClientGone}
 */
export async function getOperation(services: Services, call: TenantCall): Promise<Answer> {
  const found = await findOperation(services, call.principal.tenant_id, call.params['id'] ?? '');
  if (prefersEvents(call.headerValues('accept'))) return streamed(services, call, found);
  const seconds = waitOf(call.headerValues('prefer').join(', '));
  const { operation } = seconds === undefined ? found : await waited(services, call, found, seconds);
  const state = shown(services.kinds, operation);
  const answer = conditional(
    polled(services, operation, state),
    state.version,
    call.headerValues('if-none-match'),
  );
  const applied = seconds !== undefined && { 'Preference-Applied': `wait=${seconds}` };
  return { ...answer, headers: { ...answer.headers, ...applied, ...VARY } };
}

async function waited(services: Services, call: TenantCall, found: Stored, seconds: number): Promise<Stored> {
  if (isFinished(found.operation) || seconds === 0) return found;
  const signal = call.waiting();
  const latest = await untilFinished(services.store, found, { timeoutMs: seconds * 1000, signal });
  if (signal.reason instanceof ClientGone) throw signal.reason;
  if (latest === undefined) throw noSuchOperation();
  return latest;
}

/** A client that has seen the last event is told by 204 not to come again, as the specification of event streams has it. */
function streamed(services: Services, call: TenantCall, found: Stored): Answer {
  const log = logFields(found.operation);
  const lastEventId = call.headerValues('last-event-id').at(-1);
  const seen = shown(services.kinds, found.operation).version === lastEventId;
  if (seen && isFinished(found.operation)) return { status: 204, headers: VARY, log };
  return {
    status: 200,
    stream: operationEvents(services, found, { lastEventId, signal: call.waiting() }),
    headers: {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'private, no-store, no-transform',
      // Proxies such as nginx would collect the answer.
      'X-Accel-Buffering': 'no',
      ...VARY,
    },
    log: { ...log, streamed: true },
  };
}

import { type Call, withinBounds } from './call.ts';
import { isProblem, UnexpectedAnswerError } from './errors.ts';
import { isOperation, isPage, type Operation, type Page } from './operation.ts';
import type { CallOptions, ListOptions } from './options.ts';
import { type Connection, type Request, send } from './send.ts';

const DEADLINE_MS = 60_000;

/** Runs a call that waits for no operation. */
export const brief = <T>(
  { signal, deadlineMs = DEADLINE_MS }: CallOptions,
  operationId: string | undefined,
  work: (call: Call) => Promise<T>,
): Promise<T> => withinBounds({ signal, deadlineMs }, { operationId }, work);

/** Sends a request that is answered with an operation. @throws as `send` and `operationOf` do */
export async function requestOperation(
  connection: Connection,
  request: Request,
  call: Call,
): Promise<Operation> {
  const { status, body } = await send(connection, request, call);
  return operationOf(status, body, call);
}

/** @throws {UnexpectedAnswerError} the body is no operation in a state that this client knows */
export function operationOf(status: number, body: unknown, call: Call): Operation {
  if (isOperation(body)) return body;
  const state = typeof body === 'object' && body !== null && 'status' in body ? body.status : undefined;
  const message =
    typeof state === 'string'
      ? `The operation has the status ${state}, which this client does not know.`
      : 'The answer is no operation.';
  throw new UnexpectedAnswerError(status, message, call.context());
}

export const operationPath = (id: string): string => `/v1/operations/${encodeURIComponent(id)}`;

export const getOperation = (connection: Connection, id: string, options: CallOptions) =>
  brief(options, id, (call) =>
    requestOperation(connection, { method: 'GET', path: operationPath(id) }, call),
  );

export const cancelOperation = (connection: Connection, id: string, options: CallOptions = {}) =>
  brief(options, id, (call) =>
    requestOperation(connection, { method: 'POST', path: `${operationPath(id)}/cancel` }, call),
  );

export const listOperations = (
  connection: Connection,
  { status, endpoint, pageSize, pageToken, ...options }: ListOptions,
): Promise<Page> =>
  brief(options, undefined, async (call) => {
    const query = new URLSearchParams();
    const fields = { status, endpoint, page_size: pageSize, page_token: pageToken };
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) query.set(name, String(value));
    }
    const answer = await send(connection, { method: 'GET', path: `/v1/operations?${query}` }, call);
    if (isPage(answer.body)) return answer.body;
    throw new UnexpectedAnswerError(
      answer.status,
      'The answer is no list of operations in states that this client knows.',
      call.context(),
    );
  });

export const deleteOperation = (connection: Connection, id: string, options: CallOptions) =>
  brief(options, id, async (call) => {
    try {
      await send(connection, { method: 'DELETE', path: operationPath(id) }, call);
    } catch (error) {
      // An earlier request has deleted it, and its answer was lost.
      if (!(isProblem(error, 'not-found') && call.unanswered > 0)) throw error;
    }
  });

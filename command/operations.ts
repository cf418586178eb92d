import type { CallOptions, Client, Endpoint, Listed, Operation, Status } from '../client/src/client.ts';
import type { Arguments } from './arguments.ts';
import { progressOn } from './progress.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Shows an operation as it is now. */
export async function get(
  client: Client,
  id: string,
  given: Arguments,
  surroundings: Surroundings,
): Promise<ExitCode> {
  show(await client.operations.get(id, bounds(given, surroundings)), given, surroundings);
  return 0;
}

/** Shows a page of the tenant's operations. */
export async function list(client: Client, given: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { status, endpoint, ...page } = given.list;
  // The service says which names there are.
  const filter = { status: status as Status | undefined, endpoint: endpoint as Endpoint | undefined };
  const { operations, next_page_token: next } = await client.operations.list({
    ...page,
    ...filter,
    ...bounds(given, surroundings),
  });
  const { stdout, stderr } = surroundings;
  if (given.format === 'json')
    stdout.write(json({ operations, ...(next !== undefined && { next_page_token: next }) }));
  else {
    stdout.write(operations.map(lineOf).join(''));
    if (next !== undefined) stderr.write(`There are more: --page-token ${next}\n`);
  }
  return 0;
}

/** Waits until an operation has ended. One that ended without a result is an error. Ctrl-C ends the waiting only. */
export async function wait(
  client: Client,
  id: string,
  given: Arguments,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const progress = progressOn(surroundings.stderr, id);
  try {
    const ended = await client.operations.wait(id, {
      ...bounds(given, surroundings),
      onProgress: progress.show,
    });
    progress.end();
    show(ended, given, surroundings);
    return ended.status === 'succeeded' ? 0 : 2;
  } finally {
    progress.end();
  }
}

/** Cancels an operation. */
export async function cancel(
  client: Client,
  id: string,
  given: Arguments,
  surroundings: Surroundings,
): Promise<ExitCode> {
  show(await client.operations.cancel(id, bounds(given, surroundings)), given, surroundings);
  return 0;
}

const bounds = ({ timeoutMs }: Arguments, { signal }: Surroundings): CallOptions => ({
  signal,
  deadlineMs: timeoutMs,
});

function show(operation: Operation, { format }: Arguments, { stdout }: Surroundings): void {
  stdout.write(format === 'json' ? json(operation) : lineOf(operation));
}

const lineOf = (operation: Operation | Listed): string => {
  const { operation_id, created_at, endpoint, status } = operation;
  const why = operation.status === 'failed' ? `  ${operation.error.code}: ${operation.error.message}` : '';
  return `${operation_id}  ${created_at}  ${endpoint.padEnd(18)}  ${status}${why}\n`;
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

import { describe, expect, it, vi } from 'vitest';
import {
  AbortError,
  type Client,
  DeadlineError,
  isProblem,
  type Operation,
  OperationCancelledError,
  ProblemError,
  UnexpectedAnswerError,
} from '../../client/src/client.ts';
import { ownClock } from '../support/own-clock.ts';
import { holdModel, LONG, newClient, proxy, SHORT, service, thrownBy } from './serving.ts';

describe('an analysis', () => {
  it('of a short text is one request', async () => {
    const client = await newClient();
    const { status, result } = await client.proofread(SHORT);
    expect([status, result.original_text]).toEqual(['succeeded', SHORT]);
    expect(proxy.passed.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/proofread']);
  });

  it('of a long text hands its id over before it waits, tells its states, and gives the result', async () => {
    const client = await newClient();
    const answer = holdModel();
    const accepted = Promise.withResolvers<Operation>();
    const states: string[] = [];
    const running = Promise.withResolvers<void>();
    const call = client.critique(LONG, {
      onAccepted: accepted.resolve,
      onProgress: (operation) => {
        // On a machine so slow that the attempt takes seconds, it tells in between how far it is.
        if (!('progress' in operation)) states.push(operation.status);
        if (operation.status === 'running') running.resolve();
      },
    });
    const { operation_id, status } = await accepted.promise;
    expect(status).toBe('queued');
    await running.promise;
    answer();
    const { operation_id: id, result } = await call;
    expect(id).toBe(operation_id);
    expect(result.sections.facts.items).toEqual([]);
    expect(states).toEqual(['running', 'succeeded']);
  });

  it('is resumed by its id, by another client of the tenant', async () => {
    const token = await service.token('resuming');
    const accepted = Promise.withResolvers<Operation>();
    const answer = holdModel();
    const first = newClient({ token }).then((client) =>
      client.proofread(LONG, { onAccepted: accepted.resolve, deadlineMs: 60_000 }),
    );
    const { operation_id } = await accepted.promise;
    const second = (await newClient({ token })).resume(operation_id);
    answer();
    expect(await second).toEqual(await first);
  });

  it('leaves out the findings of disabled rules', async () => {
    const client = await newClient();
    await client.proofread(SHORT, { disabledRules: ['sandhi'] });
    expect(JSON.parse(proxy.passed[0]?.body ?? '')).toEqual({ text: SHORT, disabled_rules: ['sandhi'] });
  });
});

describe('operations', () => {
  const accept = async (client: Client): Promise<string> => {
    holdModel();
    const accepted = Promise.withResolvers<string>();
    void client
      .proofread(LONG, { onAccepted: ({ operation_id }) => accepted.resolve(operation_id) })
      .catch(() => undefined);
    return accepted.promise;
  };

  it('are got, listed page by page, and cancelled', async () => {
    const client = await newClient();
    const first = await client.proofread(SHORT);
    const second = await accept(client);
    expect(await client.operations.get(first.operation_id)).toEqual(first);
    const page = await client.operations.list({ pageSize: 1 });
    expect(page.operations.map(({ operation_id }) => operation_id)).toEqual([second]);
    const next = await client.operations.list({ pageToken: page.next_page_token, endpoint: 'proofread' });
    expect(next.operations.map(({ operation_id }) => operation_id)).toEqual([first.operation_id]);
    const waited = client.operations.wait(second);
    expect((await client.operations.cancel(second)).status).toBe('cancelled');
    expect((await waited).status).toBe('cancelled');
    const error = await thrownBy(client.resume(second));
    expect(error).toBeInstanceOf(OperationCancelledError);
    expect(error).toMatchObject({ operationId: second });
  });

  it('that have ended are not cancelled: a problem with its code', async () => {
    const client = await newClient();
    const { operation_id } = await client.proofread(SHORT);
    const error = await thrownBy(client.operations.cancel(operation_id));
    expect(isProblem(error, 'operation-already-finished')).toBe(true);
    expect(error).toMatchObject({ status: 409, operationId: operation_id });
  });
});

describe('errors', () => {
  it('say what the schema refuses', async () => {
    const client = await newClient();
    const error = await thrownBy(client.proofread(' '));
    expect(error).toBeInstanceOf(ProblemError);
    if (isProblem(error, 'validation-error')) {
      expect(error.status satisfies 400).toBe(400);
      expect(error.errors.map(({ field }) => field)).toEqual(['text']);
      expect(error.requestId).toMatch(/./);
      expect(error.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    } else expect.unreachable();
  });

  it('say that a state is unknown, and ask no more', async () => {
    const client = await newClient();
    proxy.fault = () => ({
      rewrite: (body) => body.replaceAll('"status":"succeeded"', '"status":"archived"'),
    });
    const error = await thrownBy(client.proofread(SHORT));
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(String(error)).toContain('archived');
    expect(proxy.passed).toHaveLength(1);
  });

  it('name the operation that was accepted', async () => {
    const client = await newClient();
    holdModel();
    using clock = ownClock();
    let id: string | undefined;
    const thrown = thrownBy(
      client.proofread(LONG, { deadlineMs: 10_000, onAccepted: ({ operation_id }) => (id = operation_id) }),
    );
    await expect.poll(() => proxy.passed.map(({ method }) => method)).toEqual(['POST', 'GET']);
    clock.turn(10_000);
    const error = await thrown;
    expect(error).toBeInstanceOf(DeadlineError);
    expect(id).toMatch(/./);
    expect(error).toMatchObject({ operationId: id });
  });
});

describe('an abort', () => {
  it('before the call sends nothing, and asks for no token', async () => {
    const token = vi.fn(() => 'a-token');
    const client = await newClient({ token });
    const reason = new Error('no longer wanted');
    const error = await thrownBy(client.proofread(SHORT, { signal: AbortSignal.abort(reason) }));
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({ name: 'AbortError', cause: reason });

    expect(token).not.toHaveBeenCalled();
    expect(proxy.passed).toEqual([]);
  });
});

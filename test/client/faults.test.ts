import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  AbortError,
  type AnalysisError,
  ConnectionError,
  DeadlineError,
  isProblem,
  TokenError,
  UnexpectedAnswerError,
} from '../../client/src/client.ts';
import { pauseAfter } from '../../client/src/retry.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { ownClock } from '../support/own-clock.ts';
import { holdModel, LONG, newClient, proxy, SHORT, service, thrownBy } from './serving.ts';

const problem = (status: number, code: string, headers: Record<string, string> = {}): Fault => ({
  status,
  headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '0', ...headers },
  body: JSON.stringify({ type: `/problems/${code}`, title: code, status, detail: '', code, request_id: 'r' }),
});
/** The first requests meet with these faults. */
const first = (...faults: Fault[]) => {
  proxy.fault = ({ index }) => faults[index];
};
const keys = () => new Set(proxy.passed.map(({ headers }) => headers['idempotency-key']));

describe('what may pass is sent again, under the same key', () => {
  it.each([
    ['an answer that was lost', { answer: 'lost' }],
    ['an answer that never came', { answer: 'never' }],
    ['a refusal for now', problem(503, 'overloaded')],
    ['a quota', problem(429, 'rate-limited')],
    ['a first request that is under way', problem(409, 'idempotency-in-progress')],
    ['a gateway without a service', { status: 502, body: '<html>Bad Gateway</html>' }],
  ] satisfies [string, Fault][])('%s', async (_, fault) => {
    first(fault);
    const client = await newClient({ answerWithinMs: 2_000 });
    const { operation_id } = await client.proofread(SHORT);
    expect(proxy.passed.length).toBeGreaterThan(1);
    expect(keys().size).toBe(1);
    expect(keys()).not.toContain(undefined);
    const { operations } = await client.operations.list();
    expect(operations.map((operation) => operation.operation_id)).toEqual([operation_id]);
  });

  it('and what answers while an operation is waited for may fail often', async () => {
    proxy.fault = ({ index }) => (index > 0 && index < 10 ? problem(503, 'shutting-down') : undefined);
    const client = await newClient();
    const { result } = await client.proofread(LONG);
    expect(result.original_text).toBe(LONG);
    expect(proxy.passed.length).toBeGreaterThan(10);
  });

  it('not forever: the last failure is the error', async () => {
    proxy.fault = () => problem(503, 'store-unavailable');
    const error = await thrownBy((await newClient()).operations.list());
    expect(isProblem(error, 'store-unavailable')).toBe(true);
    expect(proxy.passed).toHaveLength(6);
  });

  it('not where no server is: the cause is what fetch said', async () => {
    const client = await newClient({ baseUrl: 'http://127.0.0.1:9' });
    using _clock = ownClock();
    const error = await thrownBy(client.proofread(SHORT, { deadlineMs: 400 }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).cause).toBeInstanceOf(TypeError);
  });
});

describe('what cannot pass is not sent again', () => {
  it.each([
    ['another conflict', problem(409, 'certification-running'), 'ProblemError'],
    ['a refusal of the text', problem(502, 'provider-request-rejected'), 'ProblemError'],
    [
      'what the service says not to repeat',
      problem(503, 'overloaded', { 'x-should-retry': 'false' }),
      'ProblemError',
    ],
    ['a code of a newer service', problem(418, 'teapot'), 'UnexpectedAnswerError'],
    ['a page of somebody else', { status: 200, body: '<html>Log in</html>' }, 'UnexpectedAnswerError'],
  ] satisfies [string, Fault, string][])('%s', async (_, fault, name) => {
    first(fault);
    const error = await thrownBy((await newClient()).proofread(SHORT));
    expect(error).toMatchObject({ name, idempotencyKey: expect.stringMatching(/./) });
    expect(proxy.passed).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  it('is followed for half a minute at most, and up to a quarter longer by chance', () => {
    const random = vi.spyOn(Math, 'random');
    onTestFinished(() => random.mockRestore());
    const now = Date.parse('2026-11-26T12:00:00Z');
    for (const [chance, factor] of [
      [0, 1],
      [1, 1.25],
    ] as const) {
      random.mockReturnValue(chance);
      expect(pauseAfter(1, '4', now)).toBe(4000 * factor);
      expect(pauseAfter(1, '3600', now)).toBe(30_000 * factor);
      expect(pauseAfter(1, 'Thu, 26 Nov 2026 12:00:05 GMT', now)).toBe(5000 * factor);
      expect(pauseAfter(3, null, now)).toBe(2000 * factor);
      expect(pauseAfter(3, 'soon', now)).toBe(2000 * factor);
      expect(pauseAfter(99, null, now)).toBe(10_000 * factor);
    }
  });

  it('that asks for more than is left ends the call at once, with what the service said', async () => {
    first(problem(429, 'rate-limited', { 'Retry-After': '20' }));
    const error = await thrownBy((await newClient()).proofread(SHORT, { deadlineMs: 10_000 }));
    expect(isProblem(error, 'rate-limited')).toBe(true);
    expect(error).toMatchObject({ retryAfterMs: 20_000 });
  });
});

describe('a token', () => {
  it('that the service refuses is asked for anew, once for each request', async () => {
    const good = await service.token('renewed');
    const asked: unknown[] = [];
    const client = await newClient({
      token: async ({ refused }) => {
        asked.push(refused);
        return refused === undefined ? 'expired' : good;
      },
    });
    await client.operations.list();
    expect(asked).toEqual([undefined, 'expired']);
    const hopeless = await newClient({ token: ({ refused = 'bad' }) => `${refused}.` });
    expect(isProblem(await thrownBy(hopeless.operations.list()), 'unauthorized')).toBe(true);
    expect(proxy.passed).toHaveLength(4);
  });

  it('that is a string is refused at once', async () => {
    const client = await newClient({ token: 'expired' });
    expect(isProblem(await thrownBy(client.proofread(SHORT)), 'unauthorized')).toBe(true);
    expect(proxy.passed).toHaveLength(1);
  });

  it('that cannot be had, or sent, is an error that does not show it', async () => {
    const cause = new Error('the identity provider is away');
    const failing = await newClient({
      token: () => {
        throw cause;
      },
    });
    expect(await thrownBy(failing.operations.list())).toMatchObject({ name: 'TokenError', cause });
    const error = await thrownBy((await newClient({ token: 'secret\n' })).operations.list());
    expect(error).toBeInstanceOf(TokenError);
    expect(String(error)).not.toContain('secret');
  });
});

describe('a call ends at once', () => {
  const states = async (error: unknown) => {
    const { cancellation, operationId } = error as AbortError;
    return [await cancellation, operationId];
  };

  it('when it is aborted while a request is under way, and its operation is cancelled', async () => {
    const controller = new AbortController();
    const client = await newClient();
    holdModel();
    let posts = 0;
    proxy.fault = ({ method }) => (method === 'POST' && posts++ === 0 ? { answer: 'never' } : undefined);
    const call = client.proofread(LONG, { signal: controller.signal, cancelOnAbort: true });
    // The service has the request, and the client has no answer.
    await expect.poll(async () => (await client.operations.list()).operations).toHaveLength(1);
    controller.abort();
    const error = await thrownBy(call);
    expect(error).toBeInstanceOf(AbortError);
    expect(await states(error)).toEqual([true, undefined]);
    const { operations } = await client.operations.list();
    expect(operations.map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('when it is aborted while it waits, and its operation is cancelled only if that is wanted', async () => {
    const client = await newClient();
    holdModel();
    for (const cancelOnAbort of [true, false]) {
      const controller = new AbortController();
      const error = await thrownBy(
        client.proofread(LONG, {
          signal: controller.signal,
          cancelOnAbort,
          onAccepted: () => controller.abort(),
        }),
      );
      expect(error).toBeInstanceOf(AbortError);
      const [cancelled, id] = await states(error);
      expect(cancelled).toBe(cancelOnAbort ? true : undefined);
      const { status } = await client.operations.get(String(id));
      expect(status === 'cancelled').toBe(cancelOnAbort);
    }
  });

  it('when it is aborted, a second later at the latest, whether or not the service hears of it', async () => {
    const client = await newClient();
    holdModel();
    proxy.fault = ({ path }) =>
      path.endsWith('/cancel') ? { until: new Promise(() => undefined) } : undefined;
    const controller = new AbortController();
    let begun = 0;
    const onAccepted = () => {
      begun = performance.now();
      controller.abort();
    };
    const options = { signal: controller.signal, cancelOnAbort: true, onAccepted };
    expect(await thrownBy(client.proofread(LONG, options))).toBeInstanceOf(AbortError);
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('when it is aborted between two requests, or before a token is there', async () => {
    first(problem(503, 'overloaded', { 'Retry-After': '25' }));
    const controller = new AbortController();
    const call = thrownBy((await newClient()).proofread(SHORT, { signal: controller.signal }));
    await expect.poll(() => proxy.passed).toHaveLength(1);
    const begun = performance.now();
    controller.abort();
    expect(await call).toBeInstanceOf(AbortError);
    const other = new AbortController();
    const never = await newClient({ token: () => new Promise(() => undefined) });
    const pending = thrownBy(never.operations.list({ signal: other.signal }));
    other.abort();
    expect(await pending).toBeInstanceOf(AbortError);
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(proxy.passed).toHaveLength(1);
  });

  it('when its deadline passes, whatever it waits for', async () => {
    proxy.fault = () => ({ answer: 'never' });
    const error = (await thrownBy(
      (await newClient()).proofread(SHORT, { deadlineMs: 200 }),
    )) as AnalysisError;
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error.idempotencyKey).toMatch(/./);
  });

  it('when its operation is in a state that is unknown', async () => {
    proxy.fault = ({ method }) =>
      method === 'GET'
        ? { rewrite: (body) => body.replace(/"status":"\w+"/, '"status":"paused"') }
        : undefined;
    const error = await thrownBy((await newClient()).proofread(LONG));
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(error).toMatchObject({ operationId: expect.stringMatching(/./) });
  });
});

import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { closed, listen } from '../../local/start/listen.ts';
import type { Authenticators } from '../../shared/auth/authenticate.ts';
import { Problem } from '../../shared/errors.ts';
import { createHandler } from '../../shared/http/handler.ts';
import type { Answer, Call } from '../../shared/http/route.ts';
import { createLog } from '../../shared/log.ts';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { createRateQuota } from '../../shared/quota/rate.ts';
import { exchange } from '../support/exchange.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

/** A public route at `/` that is answered so. Resolves to what was answered and logged. */
async function ask(
  handle: (call: Call) => Promise<Answer>,
  request: Partial<Parameters<typeof exchange>[1]> = {},
) {
  const logged: Record<string, unknown>[] = [];
  const to = { write: (line: string) => void logged.push(JSON.parse(line)) };
  const handler = createHandler({
    routes: [{ method: 'GET', path: '/', access: 'public', handle }],
    authenticators: {} as Authenticators,
    quota: { rate: createRateQuota(1) },
    log: createLog({ level: 'debug', service: 'test' }, to),
    project: undefined,
  });
  const server = createServer((req, res) => void handler(req, res));
  const { port } = await listen(server, 0);
  undo.push(() => closed(server));
  const answer = await exchange(new URL(`http://127.0.0.1:${port}`), { target: '/', ...request });
  return { answer, logged };
}

const ok = async (): Promise<Answer> => ({ status: 200, body: {} });
const failing = (error: unknown) => () => Promise.reject(error);
const severities = (logged: readonly Record<string, unknown>[]) =>
  logged.map(({ severity, message }) => `${severity} ${message}`);

describe('the log line of a request', () => {
  it('says what was asked and what came of it', async () => {
    const { logged } = await ask(async () => ({ status: 200, body: {}, log: { operation_id: 'a' } }), {
      headers: { 'X-Request-Id': 'r-1' },
    });
    expect(logged).toEqual([
      expect.objectContaining({
        severity: 'INFO',
        message: 'request',
        request_id: 'r-1',
        method: 'GET',
        route: '/',
        outcome: 'ok',
        operation_id: 'a',
        status: 200,
        duration_ms: expect.any(Number),
      }),
    ]);
  });

  it('is for debugging where the answer is quiet', async () => {
    expect(severities((await ask(async () => ({ ...(await ok()), quiet: true }))).logged)).toEqual([
      'DEBUG request',
    ]);
    expect(severities((await ask(async () => ({ ...(await ok()), quiet: false }))).logged)).toEqual([
      'INFO request',
    ]);
  });

  it.each([
    [302, 'ok'],
    [399, 'ok'],
    [400, 'refused'],
    [499, 'refused'],
    [500, 'error'],
  ])('of %i says %s', async (status, outcome) => {
    const { logged } = await ask(async () => ({ status, body: {} }));
    expect(logged.at(-1)).toMatchObject({ status, outcome });
  });
});

describe('what a request fails by', () => {
  it('is logged whole where it was not foreseen, and answered blandly', async () => {
    const { answer, logged } = await ask(failing(new TypeError('secret')));
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal-error' } });
    expect(answer.text).not.toContain('secret');
    expect(severities(logged)).toEqual(['ERROR internal-error', 'INFO request']);
    expect(logged[0]).toMatchObject({
      err: { name: 'TypeError', message: 'secret' },
      method: 'GET',
      route: '/',
    });
    expect(logged[1]).toMatchObject({ code: 'internal-error', status: 500 });
  });

  it.each([
    ['a store that is away', new StoreUnavailable('away'), 'store-unavailable'],
    ['a provider that refuses', new Problem('provider-request-rejected', 'No.'), 'provider-request-rejected'],
    ['a provider’s account', new Problem('provider-config-missing', 'No.'), 'provider-config-missing'],
  ])('is a warning where it is %s', async (_, error, code) => {
    const { logged } = await ask(failing(error));
    expect(severities(logged)).toEqual([`WARNING ${code}`, 'INFO request']);
  });

  it('is nothing but its line where it is a refusal, with its cause for debugging', async () => {
    const refused = await ask(failing(new Problem('forbidden', 'No.')));
    expect(severities(refused.logged)).toEqual(['INFO request']);
    const caused = await ask(failing(new Problem('unauthorized', 'No.', { cause: new Error('expired') })));
    expect(severities(caused.logged)).toEqual(['DEBUG unauthorized', 'INFO request']);
    expect(caused.logged[0]).toMatchObject({ err: { message: 'expired' } });
  });

  it('was logged before where it is a replay', async () => {
    const replayed = new Problem('internal-error', 'No.', { headers: { 'Idempotent-Replayed': 'true' } });
    const { logged } = await ask(failing(replayed));
    expect(severities(logged)).toEqual(['INFO request']);
    expect(logged[0]).toMatchObject({ replayed: true, outcome: 'error' });
  });
});

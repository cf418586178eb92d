import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../local/emulated/free-port.ts';
import { clientOf } from '../e2e/client.ts';
import { createIssuer } from '../e2e/tenants.ts';
import { spawnFunction } from '../support/function-processes.ts';
import { startGeminiStandIn } from '../support/gemini-stand-in.ts';
import { ownClock } from '../support/own-clock.ts';
import { REPORT_STANDING, watchStanding } from '../support/standing.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
/** Of 9.5 s after SIGTERM, when a function ends with 1 whatever it still does. By itself it ends at 8 s. */
const LATE_END_MS = 9400;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** The deployed `submit` in the framework's own process, whose model answers when it is told to. */
async function deploy() {
  const gemini = await startGeminiStandIn();
  undo.push(() => gemini.close());
  const directory = mkdtempSync(join(tmpdir(), 'sigterm-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  const issuer = await createIssuer();
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'] ?? '',
    SQLITE_PATH: join(directory, 'operations.db'),
    NODE_ENV: 'production',
    NODE_OPTIONS: REPORT_STANDING,
    GEMINI_API_KEY: 'test-key',
    GEMINI_BASE_URL: gemini.url,
    SYNC_TIMEOUT_MS: '60000',
    ...issuer.env,
  };
  let output = '';
  const { child, answers } = spawnFunction('submit', port, env, (text) => (output += text));
  undo.push(() => child.kill('SIGKILL'));
  await answers();
  const url = `http://127.0.0.1:${port}`;
  const exited = once(child, 'close');
  const called = (times: number) => expect.poll(() => gemini.calls.length).toBe(times);
  const recorded = () => {
    using db = new DatabaseSync(env.SQLITE_PATH, { readOnly: true });
    return db.prepare('SELECT count(*) AS number FROM operations').get()?.['number'];
  };
  return {
    gemini,
    called,
    recorded,
    child,
    exited,
    output: () => output,
    url,
    client: clientOf(url, await issuer.token('school-1')),
  };
}

describe('a deployed function that gets SIGTERM', { timeout: 180_000 }, () => {
  it('finishes what it can in 8 s, tells the rest that it ends, and ends by itself', async () => {
    const { gemini, called, recorded, child, exited, output, url, client } = await deploy();
    const soon = Promise.withResolvers<{ answer: { issues: [] } }>();
    gemini.respondWith((_, index) => (index === 0 ? soon.promise : { hang: true }));
    const agent = new Agent({ keepAlive: true });
    undo.push(() => agent.destroy());
    const onKeptConnection = async () => {
      const asked = request(`${url}/v1/health`, { agent }).end();
      const [response] = await once(asked, 'response');
      return { status: response.statusCode, headers: response.headers, body: await text(response) };
    };
    expect((await onKeptConnection()).status).toBe(404);

    const finishing = client.post('/v1/proofread', BODY);
    await called(1);
    const hanging = client.post('/v1/proofread', BODY).catch(() => undefined);
    const waiting = client.post('/v1/proofread', BODY, { prefer: 'respond-async, wait=30' });
    await called(2);
    await expect.poll(recorded).toBe(1);
    using _clock = ownClock();
    const hasStood = watchStanding();
    const [started, startedAt] = [performance.now(), Date.now()];
    child.kill('SIGTERM');

    // Who only waits is told at once what there is to tell.
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect(performance.now() - started).toBeLessThan(5000);
    const late = await onKeptConnection();
    expect([late.status, JSON.parse(late.body).code]).toEqual([503, 'shutting-down']);
    expect(late.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    await expect(client.get('/v1/health')).rejects.toThrow();
    soon.resolve({ answer: { issues: [] } });
    expect(await finishing).toMatchObject({ status: 200, body: { status: 'succeeded' } });

    const [cut, end] = [await hanging, await exited];
    const tookMs = Date.now() - startedAt;
    expect(tookMs).toBeGreaterThan(7500);
    // Only a machine that stands keeps it from its end, and from the answer before that.
    const stood = hasStood(output());
    const endsLate = stood && tookMs >= LATE_END_MS;
    if (!stood) expect(performance.now() - started).toBeLessThan(10_000);
    expect(endsLate ? [0, 1] : [0]).toContain(end[0]);
    if (endsLate && cut === undefined) return;
    expect([cut?.status, cut?.body.code]).toEqual([503, 'shutting-down']);
    expect(cut?.headers.get('content-type')).toContain('application/problem+json');
  });

  it.for(['SIGTERM', 'SIGINT'] as const)('ends at once where nothing is under way: %s', async (signal) => {
    const { child, exited } = await deploy();
    using _clock = ownClock();
    const started = performance.now();
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('ends at once when it gets another half a second later', async () => {
    const { gemini, called, child, exited, client } = await deploy();
    gemini.respondWith(() => ({ hang: true }));
    const asked = client.post('/v1/proofread', BODY).catch(() => 'cut off');
    await called(1);
    child.kill('SIGTERM');
    await expect.poll(() => client.get('/v1/health').catch(() => 'refused')).toBe('refused');
    await sleep(600);
    child.kill('SIGTERM');
    expect(await exited).toEqual([130, null]);
    expect(await asked).toBe('cut off');
  });
});

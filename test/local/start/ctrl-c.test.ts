import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { clientOf } from '../../e2e/client.ts';
import { launchScript } from '../../e2e/launch.ts';
import { createIssuer } from '../../e2e/tenants.ts';
import { startGeminiStandIn } from '../../support/gemini-stand-in.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

it.for(['SIGINT', 'SIGTERM'] as const)(
  'npm start that gets %s finishes what it can soon, a task of its queue too, and tells the rest that it ends',
  { timeout: 120_000 },
  async (signal) => {
    const gemini = await startGeminiStandIn();
    undo.push(() => gemini.close());
    const directory = mkdtempSync(join(tmpdir(), 'ctrl-c-'));
    undo.push(() => rmSync(directory, { recursive: true, force: true }));
    const issuer = await createIssuer();
    const env = {
      ...issuer.env,
      SQLITE_PATH: join(directory, 'operations.db'),
      GEMINI_API_KEY: 'test-key',
      GEMINI_BASE_URL: gemini.url,
      SYNC_TIMEOUT_MS: '60000',
    };
    const running = await launchScript('local/start/start.ts', env);
    undo.push(() => running.kill());
    const token = await issuer.token('school-1');
    const client = clientOf(running.url, token);
    const called = (times: number) => expect.poll(() => gemini.calls.length).toBe(times);

    const soon = Promise.withResolvers<{ answer: { issues: [] } }>();
    gemini.respondWith((_, index) => (index < 2 ? soon.promise : { hang: true }));
    const finishing = client.post('/v1/proofread', BODY);
    const { body: queued } = await client.post('/v1/proofread', BODY, ASYNC);
    await called(2);
    const hanging = client.post('/v1/proofread', BODY);
    await called(3);
    const ended = running.stop(signal);
    await expect.poll(() => client.get('/v1/health').catch(() => 'refused')).toBe('refused');
    soon.resolve({ answer: { issues: [] } });
    expect(await finishing).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect(await hanging).toMatchObject({ status: 503, body: { code: 'shutting-down' } });
    expect(await ended).toBe(0);

    const again = await launchScript('local/start/start.ts', env);
    undo.push(() => again.kill());
    const { body } = await clientOf(again.url, token).get(`/v1/operations/${queued.operation_id}`);
    expect(body).toMatchObject({ status: 'succeeded' });
    expect(again.output()).not.toContain('Taken up');
  },
);

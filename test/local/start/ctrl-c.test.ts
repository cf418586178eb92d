import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { clientOf, type Reply } from '../../e2e/client.ts';
import { launchScript } from '../../e2e/launch.ts';
import { createIssuer } from '../../e2e/tenants.ts';
import { sound, startGeminiStandIn } from '../../support/gemini-stand-in.ts';
import { REPORT_STANDING, watchStanding } from '../../support/standing.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
/** Of 2.5 s after the signal, when what is under way is cut. */
const SOON_MS = 2000;
/** After the signal, when the process ends with 1 whatever it still does. */
const LONGEST_END_MS = 5000;
const told = (call: Promise<Reply>) =>
  call.then(
    ({ status, body }) => `${status} ${body.code ?? body.status}`,
    () => 'cut off',
  );
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
      NODE_OPTIONS: REPORT_STANDING,
    };
    const running = await launchScript('local/start/start.ts', env);
    undo.push(() => running.kill());
    const token = await issuer.token('school-1');
    const client = clientOf(running.url, token);
    const called = (times: number) => expect.poll(() => gemini.calls.length).toBe(times);

    const soon = Promise.withResolvers<{ answer: { issues: [] } }>();
    gemini.respondWith((_, index) => (index < 2 ? soon.promise : { hang: true }));
    const finishing = told(client.post('/v1/proofread', BODY));
    const { body: queued } = await client.post('/v1/proofread', BODY, ASYNC);
    await called(2);
    const hanging = told(client.post('/v1/proofread', BODY));
    await called(3);
    const hasStood = watchStanding();
    const stoppedAt = performance.now();
    const ended = running.stop(signal);
    await expect.poll(() => client.get('/v1/health').catch(() => 'refused')).toBe('refused');
    soon.resolve({ answer: { issues: [] } });
    const resolvedMs = performance.now() - stoppedAt;
    const code = await ended;
    const endedMs = performance.now() - stoppedAt;
    // Only a machine that stands takes from the process the time to finish, or even to say that it cannot.
    const stood = hasStood(running.output());
    const endsLate = stood && endedMs >= LONGEST_END_MS;
    const cutOff = endsLate ? ['cut off'] : [];
    const finishes = !endsLate && !(stood && resolvedMs >= SOON_MS);
    expect(['200 succeeded', ...(finishes ? [] : ['503 shutting-down']), ...cutOff]).toContain(
      await finishing,
    );
    expect(['503 shutting-down', ...cutOff]).toContain(await hanging);
    expect(endsLate ? [0, 1] : [0]).toContain(code);

    if (!finishes) gemini.respondWith(sound);
    const again = await launchScript('local/start/start.ts', env);
    undo.push(() => again.kill());
    const of = clientOf(again.url, token);
    const { body } = finishes
      ? await of.get(`/v1/operations/${queued.operation_id}`)
      : await of.finished(queued.operation_id);
    expect(body).toMatchObject({ status: 'succeeded' });
    if (finishes) expect(again.output()).not.toContain('Taken up');
  },
);

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createClient } from '../../client/src/client.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { launchScript, type Running } from '../e2e/launch.ts';
import { createIssuer } from '../e2e/tenants.ts';
import { sound, startGeminiStandIn } from '../support/gemini-stand-in.ts';

/** Too long to be answered at once. */
const LONG = 'அந்த பையன் ஒரு ஆடு வாங்கினான். '.repeat(4).trim();

it('a call survives the service: it is killed, started anew, and the client has its result', async () => {
  const gemini = await startGeminiStandIn();
  const directory = join(tmpdir(), `restart-${randomUUID()}`);
  const issuer = await createIssuer();
  const env = {
    ...issuer.env,
    PORT: String(await freePort()),
    SQLITE_PATH: join(directory, 'operations.db'),
    LOG_LEVEL: 'silent',
    GEMINI_API_KEY: 'a-key',
    GEMINI_BASE_URL: gemini.url,
    SYNC_TEXT_THRESHOLD: '60',
  };
  const launched: Running[] = [];
  const launch = async () => {
    const running = await launchScript('local/start/start.ts', env);
    launched.push(running);
    return running;
  };
  onTestFinished(async () => {
    await Promise.all(launched.map(({ kill }) => kill()));
    await gemini.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const first = await launch();
  // The first attempt never ends, and the one after the restart does.
  gemini.respondWith((call, index) => (index === 0 ? { hang: true } : sound(call, index)));
  const client = createClient({ baseUrl: first.url, token: await issuer.token('school-1') });
  const accepted = vi.fn();
  const call = client.proofread(LONG, { onAccepted: ({ operation_id }) => accepted(operation_id) });
  await vi.waitFor(() => expect(gemini.calls).toHaveLength(1), { timeout: 30_000 });
  await first.kill();
  await launch();
  const { operation_id, result } = await call;
  expect(accepted.mock.calls).toEqual([[operation_id]]);
  expect(result.original_text).toBe(LONG);
  expect((await client.operations.list()).operations).toHaveLength(1);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Client, clientOf } from '../e2e/client.ts';
import { launchScript, type Running } from '../e2e/launch.ts';
import { createIssuer } from '../e2e/tenants.ts';

const KILLS = 3;
const CLIENTS = 24;
/** Answers after which the process is killed, with as many requests under way as there are clients. */
const ANSWERS = 60;
const SHORT = 'அந்த பையன் ஒரு ஆடு வாங்கினான்.';
const ASYNC = { prefer: 'respond-async' };

const directory = mkdtempSync(join(tmpdir(), 'batches-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What was answered 202: the operation, and its key if it had one. */
interface Accepted {
  readonly id: string;
  readonly text: string;
  readonly key: string | undefined;
}

/** Posts from many clients until the service is killed in the midst of it. */
async function acceptedBefore(kill: () => Promise<void>, of: Client, round: number): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  let sent = 0;
  let ended = false;
  const client = async () => {
    while (!ended) {
      const n = sent++;
      // Done before it is recorded; recorded, then done; done in a thread.
      const text = n % 6 === 5 ? `${SHORT} `.repeat(50) : SHORT;
      const key = n % 3 === 1 ? `key-${round}-${n}` : undefined;
      const headers = { ...ASYNC, ...(key !== undefined && { 'idempotency-key': key }) };
      const reply = await of.post('/v1/proofread', { text }, headers).catch(() => undefined);
      if (reply === undefined) return;
      expect(reply.status).toBe(202);
      expect(reply.body.status).toBe('queued');
      if (accepted.push({ id: reply.body.operation_id, text, key }) === ANSWERS) {
        ended = true;
        await kill();
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return accepted;
}

it('npm start killed in the midst of its commits: all that was answered 202 is there, and comes to its end', async () => {
  const issuer = await createIssuer();
  const token = await issuer.token('school-1');
  const env = { ...issuer.env, PROVIDER: 'rules', SQLITE_PATH: join(directory, 'operations.db') };
  const accepted: Accepted[] = [];
  let running: Running = await launchScript('local/start/start.ts', env);
  try {
    for (let round = 0; round < KILLS; round += 1) {
      const { url, kill } = running;
      accepted.push(...(await acceptedBefore(kill, clientOf(url, token), round)));
      running = await launchScript('local/start/start.ts', env);
    }
    const of = clientOf(running.url, token);
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(accepted.length);
    for (const { id, text, key } of accepted) {
      const { status, body } = await of.finished(id);
      expect({ status, ended: body.status }).toEqual({ status: 200, ended: 'succeeded' });
      expect(body.result.original_text).toBe(text);
      if (key === undefined) continue;
      const again = await of.post('/v1/proofread', { text }, { ...ASYNC, 'idempotency-key': key });
      expect({ status: again.status, id: again.body.operation_id }).toEqual({ status: 200, id });
    }
  } finally {
    await running.kill();
  }
});

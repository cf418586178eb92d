import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, clientOf } from '../e2e/client.ts';
import { launchScript } from '../e2e/launch.ts';
import { createIssuer, type Issuer } from '../e2e/tenants.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
/** A write waits for a lock a little longer. */
const BEFORE_GIVING_UP_MS = 2500;

/** In every thread of the process; it ends the one that writes. */
const CRASH = `data:text/javascript,${encodeURIComponent(
  `import { threadName } from 'node:worker_threads';
  if (threadName === 'sqlite') setTimeout(() => { throw new Error('provoked'); }, 1500);`,
)}`;

describe('npm start over a file that something happens to', { timeout: 180_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'store-files-'));
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await createIssuer();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    const path = join(directory, `${randomUUID()}.db`);
    const settings = { ...issuer.env, PROVIDER: 'rules', SQLITE_PATH: path, ...env };
    const running = await launchScript('local/start/start.ts', settings, 30_000);
    const client = clientOf(running.url, await issuer.token('school-1'));
    const finished = async () => {
      const { body } = await client.accepted('/v1/proofread', BODY, ASYNC);
      return (await client.finished(body.operation_id)).body.operation_id as string;
    };
    return { path, running, client, finished, [Symbol.asyncDispose]: () => running.kill() };
  };

  const everywhere = async (client: Client, id: string) => {
    const key = { 'idempotency-key': randomUUID() };
    const calls = {
      'GET /v1/ready': () => client.get('/v1/ready'),
      'POST async': () => client.post('/v1/proofread', BODY, ASYNC),
      'POST sync': () => client.post('/v1/proofread', BODY),
      'POST with a key': () => client.post('/v1/proofread', BODY, key),
      GET: () => client.get(`/v1/operations/${id}`),
      list: () => client.get('/v1/operations'),
      cancel: () => client.post(`/v1/operations/${id}/cancel`),
    };
    const replies = await Promise.all(
      Object.entries(calls).map(async ([name, call]) => [name, await call()] as const),
    );
    expect((await client.get('/v1/health')).status).toBe(200);
    return replies;
  };
  const isUnavailable = async (client: Client, id: string) => {
    for (const [name, { status, headers, body }] of await everywhere(client, id)) {
      expect([name, status, body.code]).toEqual([name, 503, 'store-unavailable']);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(JSON.stringify(body)).not.toMatch(/sqlite|\.db|gone|cut|malformed/i);
    }
  };
  const checkpoint = (path: string) => {
    using db = new DatabaseSync(path, { timeout: 60_000 });
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  };

  it.concurrent('deleted, locked, overwritten: it says so as long as that lasts', async () => {
    await using service = await start();
    const { client, path } = service;
    const id = await service.finished();
    const isWell = async () => {
      expect((await client.get('/v1/ready')).status).toBe(200);
      expect((await client.get(`/v1/operations/${id}`)).body.status).toBe('succeeded');
      await service.finished();
    };

    renameSync(path, `${path}.away`);
    // By then a read looks at the files again.
    await sleep(150);
    await isUnavailable(client, id);
    renameSync(`${path}.away`, path);
    await sleep(150);
    await isWell();

    {
      using db = new DatabaseSync(path, { timeout: 60_000 });
      db.exec('BEGIN IMMEDIATE');
      const refused = Promise.all([client.post('/v1/proofread', BODY, ASYNC), client.get('/v1/ready')]);
      const times: number[] = [];
      for (let n = 0; n < 20; n += 1) {
        const asked = performance.now();
        expect((await client.get('/v1/health')).status).toBe(200);
        expect((await client.get(`/v1/operations/${id}`)).body.status).toBe('succeeded');
        times.push(performance.now() - asked);
        await sleep(50);
      }
      // A busy machine holds up the one or the other.
      expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(1000);
      expect((await refused).map(({ status }) => status)).toEqual([503, 503]);
      const asked = performance.now();
      const late = client.post('/v1/proofread', BODY, ASYNC);
      await sleep(300);
      db.exec('ROLLBACK');
      const lockedMs = performance.now() - asked;
      const first = await late;
      // A busy machine may hold up the ROLLBACK for as long as a write waits for it.
      const isTooLate = lockedMs > BEFORE_GIVING_UP_MS && first.status === 503;
      const { status, body } = isTooLate ? await client.post('/v1/proofread', BODY, ASYNC) : first;
      expect(status).toBe(202);
      expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
    }
    await isWell();

    checkpoint(path);
    const file = openSync(path, 'r+');
    const rest = statSync(path).size - 4096;
    writeSync(file, Buffer.alloc(rest, 'x'), 0, rest, 4096);
    closeSync(file);
    expect((await client.post('/v1/proofread', BODY, ASYNC)).status).toBe(503);
    await isUnavailable(client, id);
  });

  it.concurrent.each([
    [
      'replaced',
      (path: string) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
    [
      'cut',
      (path: string) => {
        checkpoint(path);
        truncateSync(path, statSync(path).size - 4096);
      },
    ],
    ['left without its log', (path: string) => truncateSync(`${path}-wal`, 0)],
  ])('%s: nothing is accepted or shown any more, and it is not ready', async (_, harm) => {
    await using service = await start();
    const id = await service.finished();
    harm(service.path);
    await sleep(150);
    await isUnavailable(service.client, id);
    expect(await service.running.stop('SIGTERM')).toBe(0);
  });

  it.concurrent('ends with a line and a code when the thread that writes ends by itself', async () => {
    const path = join(directory, `${randomUUID()}.db`);
    const child = spawn(process.execPath, ['local/start/start.ts'], {
      env: { PATH: process.env['PATH'], PORT: '0', SQLITE_PATH: path, NODE_OPTIONS: `--import=${CRASH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const [code, signal] = await once(child, 'close');
    expect([code, signal]).toEqual([1, null]);
    const lines = output.split('\n').filter((line) => line.includes('CRITICAL'));
    expect(lines.map((line) => JSON.parse(line).message)).toEqual([
      'The thread that writes to the store has ended, and the process with it',
    ]);
    expect(lines[0]).toContain('provoked');
  });
});

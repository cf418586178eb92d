import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/emulated/free-port.ts';
import { type Started, type System, startProcess } from './system.ts';
import { TEXT } from './text.ts';

const FOLDER = join(import.meta.dirname, '../peers');
const READY = /READY (\S+)/;

/** Installs the peers from their own lock file, the first time. */
export function installPeers(): void {
  if (existsSync(join(FOLDER, 'node_modules'))) return;
  console.error('Installing the peers into bench/peers …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'ignore' });
}

const operation: Pick<System, 'post' | 'poll'> = {
  post: { method: 'POST', path: '/run', body: JSON.stringify({ text: TEXT }), expect: 202 },
  poll: ({ job_id }: Record<string, string>) => ({ method: 'GET', path: `/jobs/${job_id}`, expect: 200 }),
};

/** `node` is the Node.js that runs the script. */
const startPeer = (
  node: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Started> =>
  startProcess([node, join(FOLDER, script)], {
    ready: READY,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
  });

/** `node:http` and nothing else: the least that an answer costs. */
export async function startHello(node: string): Promise<System> {
  const { found, pid, stop } = await startPeer(node, 'hello.mjs');
  const ask = { method: 'GET', path: '/', expect: 200 } as const;
  return { name: 'node:http hello', origin: new URL(found), pids: [pid], post: ask, poll: () => ask, stop };
}

/** The published pattern: Express, and a Map that forgets everything when the process ends. */
export async function startExpressMap(node: string): Promise<System> {
  const { found, pid, stop } = await startPeer(node, 'express-map.mjs');
  return { name: 'Express + Map', origin: new URL(found), pids: [pid], ...operation, stop };
}

/** What a Node.js team would pick; `undefined` where this machine has no `redis-server`. */
export async function startBullMq(node: string): Promise<System | undefined> {
  if (!hasRedis()) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const port = String(await freePort());
  const settings = ['--bind', '127.0.0.1', '--port', port, '--dir', directory, '--save', ''];
  const redis = await startProcess(
    ['redis-server', ...settings, '--appendonly', 'yes', '--appendfsync', 'everysec'],
    { ready: /Ready to accept connections/ },
  );
  const queue = await startPeer(node, 'bullmq.mjs', { REDIS_PORT: port });
  const stop = async () => {
    await queue.stop();
    await redis.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const pids = [queue.pid, redis.pid];
  return { name: 'BullMQ + Redis', origin: new URL(queue.found), pids, ...operation, stop };
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exchange } from '../measure/load.ts';
import { type System, startProcess } from './system.ts';
import { TEXT } from './text.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What `npm start` runs, without npm: the processor time that counts is the service's. */
const [, ...ARGUMENTS] = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
).scripts.start.split(' ');
/** The load comes from one tenant, which no quota is to stop. */
const UNLIMITED = { TENANT_REQUESTS_PER_MINUTE: '1000000', TENANT_UNFINISHED_OPERATIONS: '1000000' };

export interface NpmStart extends System {
  /** Headers of a tenant. */
  readonly headers: Readonly<Record<string, string>>;
}

/** This service as `npm start` runs it, on a database of its own, with the offline engine. */
export async function startNpmStart(env: Readonly<Record<string, string>> = {}): Promise<NpmStart> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
  const { found, pid, stop } = await startProcess([process.execPath, ...ARGUMENTS], {
    cwd: ROOT,
    ready: /Serving (\S+)[\s\S]*Try it:/,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      PROVIDER: 'rules',
      SQLITE_PATH: join(directory, 'operations.db'),
      ...UNLIMITED,
      ...env,
    },
  });
  const origin = new URL(found.replace('localhost', '127.0.0.1'));
  const asked = { method: 'POST', path: '/dev/token', body: '{"tenant_id":"bench"}', expect: 200 } as const;
  const { token } = JSON.parse((await exchange(origin, asked)).body) as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  return {
    name: 'this service',
    origin,
    pids: [pid],
    headers,
    post: {
      method: 'POST',
      path: '/v1/proofread',
      headers: { ...headers, prefer: 'respond-async' },
      body: JSON.stringify({ text: TEXT }),
      expect: 202,
    },
    poll: ({ poll_url = '' }) => ({ method: 'GET', path: poll_url, headers, expect: 200 }),
    stop: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Load, Outcome } from './load.ts';

const SCRIPT = fileURLToPath(new URL('../../local/start/start.ts', import.meta.url));
/** As an instance of 512 MiB has it: without a limit V8 lets garbage lie while there is memory. */
const HEAP = '--max-old-space-size=256';

/** `npm start` on a free port and a store of its own, with settings beside the defaults. */
export async function serve(env: Readonly<Record<string, string>> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'overload-'));
  const child = spawn(process.execPath, [HEAP, SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      LOG_LEVEL: 'error',
      PROVIDER: 'rules',
      SQLITE_PATH: join(dir, 'operations.db'),
      ...env,
    },
  });
  let output = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.includes('Try it:')) break;
  }
  child.stdout.resume();
  const url = /^Serving (\S+)$/m.exec(output)?.[1]?.replace('localhost', '127.0.0.1') ?? '';
  return {
    url,
    token: async (tenant_id: string): Promise<string> => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ tenant_id });
      const answer = await fetch(`${url}/dev/token`, { method: 'POST', headers, body });
      const { token } = (await answer.json()) as { token: string };
      return token;
    },
    rssMiB: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    end: () => {
      child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A load from another process, so that this one measures undisturbed. */
export async function elsewhere(load: Load): Promise<Outcome> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('load.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(load));
  return JSON.parse(Buffer.concat(await Array.fromAsync(child.stdout)).toString());
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const onPath = (): string | undefined => {
  try {
    return execFileSync('sh', ['-c', 'command -v gcloud'], { encoding: 'utf8' }).trim();
  } catch {
    console.warn(
      'gcloud is not installed: whether it accepts our commands, and what it would send, is not tested',
    );
    return undefined;
  }
};

/** Where the real gcloud is installed; `undefined` where it is not, which is said aloud. */
export const gcloudSdk = (() => {
  const gcloud = onPath();
  return gcloud === undefined ? undefined : dirname(dirname(realpathSync(gcloud)));
})();

/** What runs it. */
export function pythonOf(sdk: string): string {
  const bundled = join(sdk, 'platform/bundledpythonunix/bin/python3');
  return existsSync(bundled) ? bundled : 'python3';
}

export interface WarmGcloud {
  /** A folder with a `gcloud` for PATH. */
  readonly folder: string;
  readonly end: () => void;
}

/** Makes a `gcloud` that runs in a process which has imported the real one already. */
export async function warmGcloud(): Promise<WarmGcloud> {
  if (gcloudSdk === undefined) throw new Error('gcloud is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'warm-gcloud-'));
  const python = pythonOf(gcloudSdk);
  const script = join(import.meta.dirname, 'warm-gcloud.py');
  const socket = join(folder, 'socket');
  const server = spawn(python, ['-S', script, 'serve', gcloudSdk, socket], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: folder, CLOUDSDK_CONFIG: folder },
  });
  const [said] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
  if (!String(said).startsWith('ready')) throw new Error('gcloud could not be imported');
  const shim = join(folder, 'gcloud');
  writeFileSync(shim, `#!/bin/sh\nexec '${python}' -S -E '${script}' run '${socket}' "$@"\n`);
  chmodSync(shim, 0o755);
  return {
    folder,
    end: () => {
      server.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../local/emulated/free-port.ts';
import { listen } from '../../../local/start/listen.ts';
import { startService } from '../../../local/start/service.ts';
import { startFault } from '../../../local/start/start-faults.ts';
import { parseConfig } from '../../../shared/config.ts';

/** Runs `npm start`'s script until it ends by itself. */
async function start(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'start-'));
  const child = spawn(process.execPath, ['local/start/start.ts'], {
    env: { PATH: process.env['PATH'], SQLITE_PATH: join(directory, 'operations.db'), PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, said };
}

describe('npm start ends with 1 and says why', () => {
  it('where the port is in use: one line, with the way out', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const { port } = await listen(other, 0);
    const { code, said } = await start({ PORT: String(port) });
    expect(code).toBe(1);
    expect(said.trim()).toBe(
      `Port ${port} is in use. Free it, or let a free one be chosen: PORT=0 npm start`,
    );
  });

  it('where it may not listen there, or cannot write', async () => {
    const refused = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' });
    expect(startFault(refused, 80, 'npm start')).toBe(
      'Port 80 cannot be had (EACCES). Take another, or let a free one be chosen: PORT=0 npm start',
    );
    for (const fault of [
      { code: 'EADDRNOTAVAIL', syscall: 'listen' },
      { code: 'ENOTFOUND', syscall: 'getaddrinfo' },
    ])
      expect(startFault(Object.assign(new Error('no'), fault), 80, 'npm start')).toBe(
        `HOST: this machine has no such address (${fault.code})`,
      );
    const { code, said } = await start({ SQLITE_PATH: join(process.execPath, 'data', 'operations.db') });
    expect(code).toBe(1);
    expect(said.trim()).toMatch(/^SQLITE_PATH: ENOTDIR: .*$/);
    const directory = mkdtempSync(join(tmpdir(), 'owned-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const owned = join(directory, 'operations.db');
    mkdirSync(`${owned}.owner`);
    const { code: again, said: line } = await start({ SQLITE_PATH: owned });
    expect(again).toBe(1);
    expect(line.trim()).toMatch(/^SQLITE_PATH: \S+\.owner: .*$/);
    const missing = Object.assign(new Error('open'), {
      code: 'ENOENT',
      syscall: 'open',
      path: 'firebase.json',
    });
    for (const fault of [new Error('of the code'), missing])
      expect(() => startFault(fault, 80, 'npm start')).toThrow(fault);
  });

  it('where the configuration is wrong: all that is, at once, and no stack', async () => {
    const wrong = {
      STORE: 'postgres',
      WORKER_MAX_ATTEMPTS: 'many',
      OIDC_JWKS_JSON: '{}',
      GEMINI_BASE_URL: 'ftp://x',
    };
    const { code, said } = await start(wrong);
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(said).toContain(name);
    expect(said).not.toMatch(/^\s+at /m);
  });

  it('where others would reach the development issuer', async () => {
    const { code, said } = await start({ HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(said).toContain(
      'OIDC_ISSUER: is needed with this HOST: the development issuer serves loopback only',
    );
  });
});

it('npm start listens at HOST, and nowhere else', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'host-'));
  const SQLITE_PATH = join(directory, 'operations.db');
  // A port that the system chose for one address might be another test's at the other.
  const PORT = String(await freePort());
  const env = { HOST: '127.0.0.2', PORT, SQLITE_PATH, PROVIDER: 'rules', LOG_LEVEL: 'silent' };
  const { url, close } = await startService(parseConfig(env, 'all'));
  onTestFinished(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });
  const health = (host: string) => fetch(`http://${host}:${url.port}/v1/health`);
  expect((await health('127.0.0.2')).status).toBe(200);
  await expect(health('127.0.0.1')).rejects.toThrow();
});

it('npm start finds compiled code of an earlier start, in its threads too', async () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const directory = mkdtempSync(join(tmpdir(), 'start-'));
  // Says in each thread whether it has loaded what strips types.
  const preload = join(directory, 'preload.mjs');
  writeFileSync(
    preload,
    `import { threadName } from 'node:worker_threads';
    setTimeout(() => console.log('strips', threadName, process.moduleLoadList.some((name) => name.includes('amaro'))), 100).unref();`,
  );
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const said: string[] = [];
  for (let starts = 0; starts < 2; starts += 1) {
    const child = spawn(process.execPath, scripts.start.split(' ').slice(1), {
      env: {
        PATH: process.env['PATH'],
        SQLITE_PATH: join(directory, 'operations.db'),
        PORT: '0',
        NODE_OPTIONS: `--import=${preload}`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    for await (const chunk of child.stdout) {
      output += chunk;
      if (/Try it:/.test(output) && /strips sqlite/.test(output)) child.kill('SIGINT');
    }
    said.push(output);
  }
  expect(said[1]).toContain('Serving');
  expect(said[1]).toMatch(/strips sqlite false/);
  expect(said[1]).not.toMatch(/strips .*true/);
});

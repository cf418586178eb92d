import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const SERVER = `import { endWithParent } from './local/start/end-with-parent.ts';
import { endOnSignals } from './shared/end-on-signals.ts';
const close = () => new Promise((resolve) => setTimeout(resolve, 300, console.log('ending')));
const end = endOnSignals(() => close().then(() => console.log('ended')), 10_000);
endWithParent(end);
console.log('pid ' + process.pid);
setInterval(() => {}, 1000);`;

/** As npm runs a script: under its own title, by a shell, to which it passes SIGTERM on. */
const NPM = `process.title = 'npm start';
const shell = require('node:child_process').spawn('/bin/sh', ['-c', '"$0" --input-type=module-typescript -e "$1"; exit $?', process.execPath, process.argv[1]], { stdio: 'inherit' });
process.on('SIGTERM', () => shell.kill('SIGTERM'));`;

/** A PATH with nothing on it. */
function pathWithoutPs(): string {
  const directory = mkdtempSync(join(tmpdir(), 'no-ps-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

describe('endWithParent', () => {
  it.for<[string, () => string | undefined]>([
    ['', () => process.env['PATH']],
    [', where there is no ps', pathWithoutPs],
  ])('ends the server whose npm was killed%s', async ([where, path], context) => {
    if (where !== '' && !existsSync('/proc/self/stat')) context.skip('there is no /proc here');
    const npm = spawn(process.execPath, ['-e', NPM, SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: path(), npm_lifecycle_event: 'start' },
    });
    onTestFinished(() => void npm.kill('SIGKILL'));
    const [said] = await once(npm.stdout, 'data');
    const pid = Number(/pid (\d+)/.exec(String(said))?.[1]);
    onTestFinished(() => {
      if (!isGone(pid)) process.kill(pid, 'SIGKILL');
    });
    expect(isGone(pid)).toBe(false);
    npm.kill('SIGKILL');
    await expect.poll(() => isGone(pid)).toBe(true);
  });

  it.for([
    ['npm alone', 1],
    ['npm and all that it has started', -1],
  ] as const)('lets the server end well when SIGTERM comes to %s', async ([, group]) => {
    const npm = spawn(process.execPath, ['-e', NPM, SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start' },
      detached: true,
    });
    const { pid = 0 } = npm;
    let said = '';
    npm.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await expect.poll(() => said).toMatch(/^pid \d+$/m);
    const server = Number(/^pid (\d+)$/m.exec(said)?.[1]);
    onTestFinished(() => {
      if (!isGone(server)) process.kill(-pid, 'SIGKILL');
    });
    process.kill(group * pid, 'SIGTERM');
    await expect.poll(() => said.split('\n').slice(1)).toEqual(['ending', 'ended', '']);
  });

  it('also where nobody asks what became of npm', async (context) => {
    if (!existsSync('/proc/self/stat')) context.skip('there is no /proc here');
    // `sleep` takes the place of the shell that started npm, and asks for no exit code.
    const careless = spawn(
      'sh',
      ['-c', '"$@" & echo npm $!; exec sleep 30', 'sh', process.execPath, '-e', NPM, SERVER],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start' },
      },
    );
    let said = '';
    careless.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const told = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(said)?.[1] ?? 0);
    onTestFinished(() => {
      careless.kill('SIGKILL');
      for (const pid of [told('npm'), told('pid')]) if (pid > 0 && !isGone(pid)) process.kill(pid, 'SIGKILL');
    });
    await expect.poll(() => told('npm') * told('pid')).toBeGreaterThan(0);
    process.kill(told('npm'), 'SIGKILL');
    await expect.poll(() => isGone(told('pid'))).toBe(true);
    expect(isGone(told('npm'))).toBe(false);
  });
});

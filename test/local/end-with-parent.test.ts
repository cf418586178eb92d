import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const SERVER = `import { endWithParent } from './local/end-with-parent.ts';
endWithParent();
console.log('pid ' + process.pid);
setInterval(() => {}, 1000);`;

/** As npm runs a script: under its own title, by a shell. */
const NPM = `process.title = 'npm start';
require('node:child_process').spawn('/bin/sh', ['-c', '"$0" --input-type=module-typescript -e "$1"; exit $?', process.execPath, process.argv[1]], { stdio: 'inherit' });`;

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
  ])('ends the server whose npm was killed%s', { timeout: 20_000 }, async ([where, path], context) => {
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
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });
});

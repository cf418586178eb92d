import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spawnTied } from '../../../local/emulated/tied-process.ts';

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};
const endLater = (pid: number) =>
  onTestFinished(() => {
    if (!isGone(pid)) process.kill(pid, 'SIGKILL');
  });

const SPEAKS = 'console.log(process.pid); setInterval(() => {}, 1000)';
const PARENT = `import { spawnTied } from './local/emulated/tied-process.ts';
spawnTied([process.execPath, '-e', ${JSON.stringify(SPEAKS)}], process.env);`;

describe('a tied process', () => {
  it('is known by its own id, is heard, and is gone once it was ended', async () => {
    const tied = spawnTied([process.execPath, '-e', SPEAKS], process.env, 'pipe');
    const pid = await tied.pid;
    endLater(pid);
    if (tied.process.stdout === null) throw new Error('not piped');
    const [said] = await once(tied.process.stdout, 'data');
    expect(Number(said)).toBe(pid);
    await tied.end();
    await expect.poll(() => isGone(pid)).toBe(true);
  });

  it('ends by itself with its own status', async () => {
    const tied = spawnTied([process.execPath, '-e', 'process.exit(7)'], process.env, 'pipe');
    expect(await once(tied.process, 'exit')).toEqual([7, null]);
    if (tied.process.stdout === null) throw new Error('not piped');
    expect(await text(tied.process.stdout)).toBe('');
    await tied.end();
  });

  it('ends with a parent that was killed', async () => {
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(said);
    endLater(pid);
    expect(isGone(pid)).toBe(false);
    parent.kill('SIGKILL');
    await expect.poll(() => isGone(pid)).toBe(true);
  });
});

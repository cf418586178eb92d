import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

const SERVER = `import { endWithParent } from './local/end-with-parent.ts';
endWithParent();
console.log('pid ' + process.pid);
setInterval(() => {}, 1000);`;

/** As npm runs a script: under its own title, by a shell. */
const NPM = `process.title = 'npm start';
require('node:child_process').spawn('sh', ['-c', '"$0" --input-type=module-typescript -e "$1"; exit $?', process.execPath, process.argv[1]], { stdio: 'inherit' });`;

describe('endWithParent', () => {
  it('ends the server whose npm was killed', async () => {
    const npm = spawn(process.execPath, ['-e', NPM, SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start' },
    });
    const [said] = await once(npm.stdout, 'data');
    const pid = Number(/pid (\d+)/.exec(String(said))?.[1]);
    expect(process.kill(pid, 0)).toBe(true);
    npm.kill('SIGKILL');
    const isGone = () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    };
    for (let tries = 0; tries < 100 && !isGone(); tries += 1) await sleep(50);
    expect(isGone()).toBe(true);
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';

const run = (script: string) =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    cwd: process.cwd(),
  });
const LOG = `import { createLog } from './shared/log.ts'; const log = createLog({ level: 'info', service: 'test' });`;
const messages = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).message);

it('writes every line of a turn, in order, also when the process ends at once', () => {
  const { stdout, status } = run(
    `${LOG} for (let n = 0; n < 5000; n += 1) log.info(String(n)); process.exit(3);`,
  );
  expect(status).toBe(3);
  expect(messages(stdout)).toEqual(Array.from({ length: 5000 }, (_, n) => String(n)));
});

it('writes the lines before an error that nobody catches', () => {
  const { stdout, status } = run(`${LOG} log.info('before'); setTimeout(() => { throw new Error('end'); });`);
  expect(status).toBe(1);
  expect(messages(stdout)).toEqual(['before']);
});

it('does not stop the process whose pipe nobody reads any more', async () => {
  const script = `${LOG}
    let n = 0;
    const line = () => {
      log.info('x'.repeat(1000));
      n += 1;
      if (n < 2000) setImmediate(line);
      else process.send('done');
    };
    line();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdout?.pause();
  expect(await once(child, 'message')).toEqual(['done', undefined]);
});

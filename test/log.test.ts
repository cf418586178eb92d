import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

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

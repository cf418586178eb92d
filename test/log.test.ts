import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../shared/log.ts';

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

it('writes lines in any script and of any length, in order', () => {
  const { stdout } = run(`${LOG}
    log.info('அவன் வந்தான் 😀'); log.info('x'.repeat(200_000)); log.info('y'.repeat(60_000)); log.info('ம'.repeat(60_000)); log.info('end');`);
  const said = messages(stdout);
  expect(said.map((message: string) => message.length)).toEqual([15, 200_000, 60_000, 60_000, 3]);
  expect(said[0]).toBe('அவன் வந்தான் 😀');
  expect(said[3]).toBe('ம'.repeat(60_000));
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

/**
 * Error Reporting reads `stack_trace`, then `exception`, then `message`, at the top of the entry and nowhere else where there is
 * a `message`. The stack is that of V8. Source: https://cloud.google.com/error-reporting/docs/formatting-error-messages
 */
it('shows a fault of ours to Error Reporting, and no warning', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    { level: 'info', service: 'test' },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  const err = new TypeError('out of order', { cause: new Error('below') });
  const fields = { request_id: 'r', err };
  log.error(fields, 'internal-error');
  log.fatal(err, 'ended');
  log.child({ function: 'worker' }).error(fields, 'internal-error');
  log.warn(fields, 'store-unavailable');
  for (const line of lines.slice(0, 3)) {
    expect(line).toMatchObject({
      severity: expect.stringMatching(/^(ERROR|CRITICAL)$/),
      stack_trace: err.stack,
    });
    expect(line['stack_trace']).toMatch(/^TypeError: out of order\n {4}at /);
    expect(line).not.toHaveProperty('exception');
  }
  expect(lines[0]).toMatchObject({
    message: 'internal-error',
    request_id: 'r',
    err: { cause: { message: 'below' } },
  });
  expect(lines[3]).toMatchObject({ severity: 'WARNING', err: { stack_trace: err.stack } });
  expect(lines[3]).not.toHaveProperty('stack_trace');
});

it('has the fields of one line on no other', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    { level: 'info', service: 'test' },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  log.warn({ err: new Error('away'), tenant_id: 'school-1' }, 'first');
  log.info({ outcome: 'ok' }, 'second');
  expect(Object.keys(lines[1] ?? {})).toEqual(
    expect.arrayContaining(['severity', 'time', 'service', 'message', 'outcome']),
  );
  expect(lines[1]).not.toHaveProperty('err');
  expect(lines[1]).not.toHaveProperty('tenant_id');
});

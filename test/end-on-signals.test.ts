import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

/** Ends when it is told to, or when a line comes, and says what it does. */
const SERVER = `import { endOnSignals } from './shared/end-on-signals.ts';
let closed = () => {};
const close = () => new Promise((resolve) => { closed = resolve; console.log('ending'); });
const end = endOnSignals(close, 60_000);
process.stdin.on('data', (said) => (String(said).includes('end') ? end() : closed()));
console.log('ready');`;

async function start() {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', SERVER], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const says = (what: string) => expect.poll(() => said).toBe(what);
  await says('ready\n');
  return { child, says, ended: once(child, 'exit') };
}

it('takes signals that come at once for one, and ends when what is under way has ended', async () => {
  const { child, says, ended } = await start();
  // What is sent to a process that stands still comes to it at once, when it goes on.
  for (const name of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) child.kill(name);
  await says('ready\nending\n');
  child.stdin.write('closed\n');
  expect(await ended).toEqual([0, null]);
});

it('does not take the first signal for a second one where it ends for another reason', async () => {
  const { child, says, ended } = await start();
  child.stdin.write('end\n');
  await says('ready\nending\n');
  child.kill('SIGTERM');
  child.stdin.write('closed\n');
  expect(await ended).toEqual([0, null]);
});

it('ends at once when it is told again', async () => {
  const { child, says, ended } = await start();
  child.kill('SIGINT');
  await says('ready\nending\n');
  await sleep(600);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});

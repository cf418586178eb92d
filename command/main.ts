import { constants } from 'node:os';
import { settingsOf } from './config.ts';
import { run } from './run.ts';

/** Ctrl-C ends a call and cancels its operation. The second one ends the process at once. */
const controller = new AbortController();
let signalled: 'SIGINT' | 'SIGTERM' | undefined;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (signalled !== undefined) process.exit(128 + constants.signals[name]);
    signalled = name;
    controller.abort();
  });
}
// Whoever reads the output may have had enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const { stdin, stdout, stderr } = process;
const code = await run(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  settings: settingsOf,
  signal: controller.signal,
});
process.exitCode = signalled === undefined ? code : 128 + constants.signals[signalled];

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFirestoreEmulator } from '../../local/emulated/firestore-emulator.ts';
import { exchange } from '../measure/load.ts';
import { processTime } from '../measure/process-time.ts';
import { progress } from '../measure/rounds.ts';
import { startModelStandIn } from '../simulate/measure/models.ts';
import { startService } from '../simulate/measure/service.ts';
import { poissonTimes, seeded } from '../simulate/model/random.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { storedSize } from './document-size.ts';
import { WORKLOAD_TEXT } from './workload.ts';

/**
 * What an operation costs in the deployed shape: `npm run build && node bench/scale/measure.ts`. Its figures go into
 * `inputs.ts`. Processor time is that of each function's process, with the model's answers from a stand-in that finds nothing.
 */
const PER_SECOND = 20;
const SECONDS = 40;
const POLLS = 2;
const LIMIT_MS = 120_000;

const emulator = await startFirestoreEmulator();
const firestore = await startCountingProxy(emulator.host);
const models = await startModelStandIn();
models.answer({ latencyMs: 500, faultMs: 0 });
const emulated = await startService('emulated', 64, models.url, {
  FIRESTORE_EMULATOR_HOST: firestore.host,
  LOG_LEVEL: 'info',
});
try {
  const times = (seconds: number) => poissonTimes(PER_SECOND, seconds * 1000, seeded(1));
  progress('warming up');
  await emulated.play(times(20), LIMIT_MS, () => WORKLOAD_TEXT);
  const functions = functionsOf(emulated.pid);
  const before = {
    ...firestore.bytes,
    logged: emulated.logged,
    processor: functions.map(({ pid }) => used(pid)),
  };
  progress(`${SECONDS} s of ${PER_SECOND} operations a second`);
  const lives = await emulated.play(times(SECONDS), LIMIT_MS, () => WORKLOAD_TEXT);
  let answered = 0;
  for (const { id } of lives) {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const ask = {
        method: 'GET',
        path: `/v1/operations/${id}`,
        headers: emulated.headers,
        expect: 200,
      } as const;
      answered += Buffer.byteLength((await exchange(emulated.origin, ask)).body);
    }
  }
  await sleep(1000);
  progress('');
  const each = (count: number) => Math.round(count / lives.length);
  for (const [n, { target, pid }] of functions.entries())
    console.log(`${target}: ${each(used(pid) - (before.processor[n] ?? 0))} µs of processor time`);
  console.log(
    `Firestore: ${each(firestore.bytes.sent - before.sent)} bytes sent, ${each(firestore.bytes.received - before.received)} received`,
  );
  console.log(`logs: ${each(emulated.logged - before.logged)} bytes`);
  console.log(`a GET: ${Math.round(answered / lives.length / POLLS)} bytes of body`);
  console.log(
    `stored: ${await sizeOf(lives[0]?.id ?? '')} bytes with index entries, for a text of ${WORKLOAD_TEXT.length} units`,
  );
} finally {
  await emulated.stop();
  await models.close();
  firestore.close();
  await emulator.stop();
}

function used(pid: number): number {
  return processTime([pid]);
}

/** The framework processes below a process. */
function functionsOf(pid: number): { readonly target: string; readonly pid: number }[] {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const target =
    command[0] === 'sh' ? undefined : command.find((part) => part.startsWith('--target='))?.slice(9);
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [...(target === undefined ? [] : [{ target, pid }]), ...below.flatMap(functionsOf)];
}

async function sizeOf(id: string): Promise<number> {
  const url = `http://${emulator.host}/v1/projects/emulated/databases/(default)/documents/operations/${id}`;
  const answer = await fetch(url, { headers: { authorization: 'Bearer owner' } });
  const { indexes } = JSON.parse(
    readFileSync(new URL('../../firestore.indexes.json', import.meta.url), 'utf8'),
  ) as { indexes: { fields: { fieldPath: string }[] }[] };
  const document = (await answer.json()) as Parameters<typeof storedSize>[0];
  return storedSize(
    document,
    indexes.map(({ fields }) => fields.map(({ fieldPath }) => fieldPath)),
  );
}

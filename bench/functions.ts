import type { Effort } from './machine.ts';
import { exchange, load } from './measure/load.ts';
import { type Contender, inTurns } from './measure/rounds.ts';
import { table } from './measure/table.ts';
import { type Served, startDeployed } from './systems/deployed.ts';
import type { Ask } from './systems/system.ts';

const CONNECTIONS = 16;

/** The deployed functions against the least that makes the same calls, on the emulator. Prints a table for each. */
export async function compareFunctions(effort: Effort): Promise<void> {
  await compareAnswers(effort);
  // On an emulator of its own: one that holds tens of thousands of operations stands still for seconds.
  await compareAttempts(effort);
}

const show = async (title: string, rounds: number, ...contenders: Contender[]) =>
  console.log(`${table(title, await inTurns(title, rounds, contenders))}\n`);

async function compareAnswers({ rounds, seconds }: Effort): Promise<void> {
  const deployed = await startDeployed();
  const { submit, operations, hello, bare, accept, read } = deployed;
  const effort = { connections: CONNECTIONS, seconds };
  const contender = (name: string, served: Served, next: () => Ask): Contender => ({
    name,
    measure: () => load(served, next, effort),
  });
  try {
    const health: Ask = { method: 'GET', path: '/v1/health', expect: 200 };
    const root: Ask = { method: 'GET', path: '/', expect: 200 };
    await show(
      'health against a hello on the framework',
      rounds,
      contender('health', operations, () => health),
      contender('framework hello', hello, () => root),
    );
    const reads = {
      ours: read(await operationOf(submit.origin, accept.ours)).ours,
      bare: read(await operationOf(bare.origin, accept.bare)).bare,
    };
    await show(
      'GET of an operation against one read',
      rounds,
      contender('GET /v1/operations/{id}', operations, () => reads.ours),
      contender('one read', bare, () => reads.bare),
    );
    await show(
      'accept against one create and one task',
      rounds,
      contender('POST /v1/proofread', submit, () => accept.ours),
      contender('one create, one task', bare, () => accept.bare),
    );
  } finally {
    await deployed.stop();
  }
}

async function compareAttempts({ rounds, seconds }: Effort): Promise<void> {
  const deployed = await startDeployed();
  const { submit, worker, bare, accept, work } = deployed;
  const effort = { connections: CONNECTIONS, seconds };
  const made = {
    ours: () => operationOf(submit.origin, accept.ours),
    bare: () => operationOf(bare.origin, accept.bare),
  };
  try {
    const measure = async (served: Served, make: () => Promise<string>, ask: (id: string) => Ask) => {
      const ids: string[] = [];
      while (ids.length < Math.min(MOST_WORKED, (seconds + 1) * WORKED_PER_SECOND))
        ids.push(...(await Promise.all(Array.from({ length: CONNECTIONS }, make))));
      const next = () => {
        const id = ids.pop();
        return id === undefined ? undefined : ask(id);
      };
      return load(served, next, effort);
    };
    await show(
      'one attempt of the worker against one read and two writes',
      rounds,
      { name: 'POST /tasks/run', measure: () => measure(worker, made.ours, (id) => work(id).ours) },
      { name: 'one read, two writes', measure: () => measure(bare, made.bare, (id) => work(id).bare) },
    );
  } finally {
    await deployed.stop();
  }
}

/** Operations that are made ready to be worked, for each second of the measurement. */
const WORKED_PER_SECOND = 1500;
/** At most so many of one measurement, which ends when they are worked: the more is stored, the slower is the emulator. */
const MOST_WORKED = 3000;

async function operationOf(origin: URL, ask: Ask): Promise<string> {
  const { body } = await exchange(origin, ask);
  const { operation_id, job_id } = JSON.parse(body) as { operation_id?: string; job_id?: string };
  return operation_id ?? job_id ?? '';
}

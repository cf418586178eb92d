import { once } from 'node:events';
import { freePort } from '../../local/emulated/free-port.ts';
import { sqlitePlace } from '../contract/sqlite-place.ts';
import { clientOf } from '../e2e/client.ts';
import { launchScript, type Running } from '../e2e/launch.ts';
import { type Controls, createControls } from '../support/controlled.ts';
import { freeze, wake } from '../support/freeze.ts';
import { spawnFunction } from '../support/function-processes.ts';
import type { OpenOptions, Processes, WorkerProcess } from './processes.ts';
import { type Held, until } from './told-provider.ts';

const CONCURRENCY = 8;

/**
 * `npm start`: one process with SQLite and the local queue. Its worker is called in the process only, so what is delivered
 * by hand is too. Its queue is stopped by what fills it: as many held calls as it makes.
 */
export async function openLocalProcesses({ env, provider, issuer }: OpenOptions): Promise<Processes> {
  const place = await sqlitePlace();
  const settings: Record<string, string> = {
    ...env,
    SQLITE_PATH: place.path,
    LOCAL_QUEUE_CONCURRENCY: String(CONCURRENCY),
  };
  const ended: string[] = [];
  const all = new Set<Running>();
  const launch = async (port = 0) => {
    const controls = await createControls();
    const started = { ...settings, ...controls.env, PORT: String(port) };
    const running = await launchScript('local/start/start.ts', started);
    all.add(running);
    await until(async () => (await controls.call('ask')) !== '', 'its first sweep');
    const kill = async () => {
      if (!all.delete(running)) return;
      await running.kill();
      ended.push(running.output());
    };
    return { running, kill, worker: workerOf(running, controls) };
  };
  const port = await freePort();
  let main = await launch(port);
  let plugs: readonly Held[] = [];
  return {
    url: main.running.url,
    worker: {
      deliver: (...delivery) => main.worker.deliver(...delivery),
      sweep: () => main.worker.sweep(),
      turnClock: (aheadMs) => main.worker.turnClock(aheadMs),
      freeze: () => main.worker.freeze(),
      wake: () => main.worker.wake(),
    },
    beside: async () => {
      const { running, kill, worker } = await launch();
      return { ...worker, url: running.url, kill };
    },
    restart: async (more) => {
      Object.assign(settings, more);
      await main.kill();
      main = await launch(port);
    },
    place,
    writes: async (_, version) => Number(version.split('.')[0]),
    output: () => [...ended, ...[...all].map((running) => running.output())].join('\n'),
    faults: undefined,
    queue: {
      async pause() {
        const client = clientOf(main.running.url, await issuer.token('plugs'));
        plugs = Array.from({ length: CONCURRENCY }, () => provider.hold());
        for (const { text } of plugs)
          await client.post('/v1/proofread', { text }, { prefer: 'respond-async' });
        await Promise.all(plugs.map((plug) => plug.called(1)));
      },
      async resume() {
        for (const plug of plugs) plug.letGo();
        plugs = [];
      },
    },
    functions: undefined,
    submitAlone: async () => {
      const port = await freePort();
      const path = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
      const { child, answers } = spawnFunction('submit', port, { ...path, ...settings }, () => undefined);
      await answers();
      return {
        url: `http://127.0.0.1:${port}`,
        async [Symbol.asyncDispose]() {
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const running of all) await running.kill();
      await place.remove();
    },
  };
}

function workerOf({ pid }: Running, { call, clock }: Controls): WorkerProcess {
  return {
    deliver: async (operation_id, { task = 'by-hand', dispatch = 0, previous } = {}) => {
      const delivery = { operation_id, task, dispatch, refusedBefore: previous === 409 };
      return Number(await call(`deliver ${JSON.stringify(delivery)}`));
    },
    sweep: async () => {
      const said = await call('sweep');
      if (said !== 'there') throw new Error(`a sweep said ${said}`);
    },
    turnClock: clock,
    freeze: () => freeze(pid),
    wake: () => wake(pid),
  };
}

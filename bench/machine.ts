import { exchange, lives, load } from './measure/load.ts';
import { residentMiB } from './measure/process-time.ts';
import { inTurns } from './measure/rounds.ts';
import { table } from './measure/table.ts';
import { startNpmStart } from './systems/npm-start.ts';
import { installPeers, startBullMq, startExpressMap, startHello } from './systems/peers.ts';
import type { Ask, System } from './systems/system.ts';

export interface Effort {
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  readonly connections: readonly number[];
  /** Operations that are followed from their POST to their end. */
  readonly operations: number;
  /** The Node.js of the peers. */
  readonly peersNode: string;
}

/** This service on one machine against what a Node.js team would write or pick. Prints a table for each comparison. */
export async function compareOnOneMachine({
  rounds,
  seconds,
  connections,
  operations,
  peersNode,
}: Effort): Promise<void> {
  installPeers();
  const ours = await startNpmStart();
  const hello = await startHello(peersNode);
  const map = await startExpressMap(peersNode);
  const queue = await startBullMq(peersNode);
  if (queue === undefined) console.log('BullMQ was left out: there is no `redis-server` on this machine.\n');
  const peers = [map, ...(queue ? [queue] : [])];
  try {
    for (const count of connections) {
      const effort = { connections: count, seconds };
      await compare(`accept to terminal, ${count} connections`, rounds, [ours, ...peers], (system) =>
        load(system, () => system.post, effort),
      );
      const gets = new Map<System, Ask>();
      for (const system of [ours, ...peers]) gets.set(system, await finished(system));
      gets.set(hello, hello.post);
      await compare(`GET of a finished operation, ${count} connections`, rounds, [...gets.keys()], (system) =>
        load(system, () => gets.get(system) ?? system.post, effort),
      );
    }
    await compare('POST, then polled every 10 ms, 32 clients', rounds, [ours, ...peers], (system) =>
      lives(system, { clients: 32, operations }),
    );
    const words = Array.from({ length: 100 }, (_, n) => (n % 10 === 9 ? 'வந்தான்.' : 'பையன்')).join(' ');
    const { prefer: _, ...headers } = ours.post.headers ?? {};
    const proofread: Ask = { ...ours.post, headers, body: JSON.stringify({ text: words }), expect: 200 };
    await compare('synchronous proofread of 100 words, 1 connection', rounds, [ours], (system) =>
      load(system, () => proofread, { connections: 1, seconds }),
    );
    console.log(`memory of this service at the end: ${residentMiB(ours.pids).toFixed(0)} MiB\n`);
  } finally {
    for (const system of [ours, hello, ...peers]) await system.stop();
  }
}

async function compare(
  title: string,
  rounds: number,
  systems: readonly System[],
  measure: (system: System) => ReturnType<typeof load>,
): Promise<void> {
  const contenders = systems.map((system) => ({ name: system.name, measure: () => measure(system) }));
  console.log(`${table(title, await inTurns(title, rounds, contenders))}\n`);
}

/** How an operation that has come to its end is read. */
async function finished(system: System): Promise<Ask> {
  const { body } = await exchange(system.origin, system.post);
  const ask = system.poll(JSON.parse(body));
  for (;;) {
    const { status } = JSON.parse((await exchange(system.origin, ask)).body) as { status: string };
    if (status === 'succeeded' || status === 'completed') return ask;
  }
}

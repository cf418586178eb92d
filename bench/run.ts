import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureEssays } from './essays/run.ts';
import { compareFunctions } from './functions.ts';
import { compareOnOneMachine, type Effort } from './machine.ts';
import { measureGrowth } from './store/growth.ts';
import { measureServedGrowth } from './store/growth-served.ts';
import { measureLives } from './store/lives.ts';
import { measureWaiting } from './waiting/run.ts';

const SECTIONS = {
  machine: 'npm start against Express + Map, BullMQ + Redis and plain Node.js',
  functions: 'the deployed functions against functions that make only their calls',
  store: 'an operation’s life in the SQLite store',
  growth: 'the same with up to 1,000,000 operations stored',
  essays: 'how long the event loop stands still while long essays come',
  waiting: 'clients that wait for the end of an operation',
} as const;
type Section = keyof typeof SECTIONS;

const USAGE = `What this service costs, against peers in the same run: npm run bench -- [options]

  --quick             one short round, for a first look
  --only SECTIONS     some of them, separated by commas:
${Object.entries(SECTIONS)
  .map(([name, what]) => `      ${name.padEnd(14)}${what}`)
  .join('\n')}
  --peers-node PATH   the Node.js of the peers of npm start: Express on Node.js 20 costs four times as much as on 24

Rounds alternate and medians are printed. Processor time is that of a system's processes with all their threads, until they are
idle again, for each request that was sent. On a busy machine trust it and the ratios, not the seconds. The first run installs
the peers into bench/peers. BullMQ needs a redis-server, the functions need the Firestore emulator.`;

/** What was asked for; `undefined`: it was told how to ask. */
function asked() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        'peers-node': { type: 'string', default: process.execPath },
        only: { type: 'string', default: Object.keys(SECTIONS).join(',') },
      },
    });
    if (values.help) return void console.log(USAGE);
    const names = values.only.split(',');
    const unknown = names.find((name) => !(name in SECTIONS));
    if (unknown !== undefined) throw new Error(`there is no section '${unknown}'`);
    return { quick: values.quick, peersNode: values['peers-node'], only: names as Section[] };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

const given = asked();
if (given !== undefined) await measure(given);

async function measure({ quick, peersNode, only }: NonNullable<typeof given>): Promise<void> {
  const effort: Effort = quick
    ? { rounds: 1, seconds: 1, connections: [32], operations: 1000, peersNode }
    : { rounds: 5, seconds: 4, connections: [1, 32, 256], operations: 5000, peersNode };
  const sections: Readonly<Record<Section, () => Promise<void>>> = {
    machine: () => compareOnOneMachine(effort),
    functions: () => compareFunctions(effort),
    store: () => measureLives(quick ? 5000 : 50_000, effort.connections),
    essays: () => measureEssays(quick ? 2 : 30),
    waiting: () => (quick ? measureWaiting(40, 1) : measureWaiting(200, 8)),
    growth: async () => {
      await (quick ? measureGrowth([10_000], 1) : measureGrowth([100_000, 500_000, 1_000_000], 5));
      if (!quick) await measureServedGrowth(500_000, 5, 3);
    },
  };
  const begun = performance.now();
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  if (peersNode !== process.execPath)
    console.log(`Peers of npm start: Node.js ${execFileSync(peersNode, ['--version']).toString().trim()}`);
  console.log(`Medians of ${effort.rounds} alternating rounds of ${effort.seconds} s\n`);
  for (const name of only) {
    const from = performance.now();
    await sections[name]();
    console.error(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s\n`);
  }
  console.error(`In all ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
}

import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compareFunctions } from './functions.ts';
import { compareOnOneMachine, type Effort } from './machine.ts';
import { measureGrowth } from './store/growth.ts';
import { measureServedGrowth } from './store/growth-served.ts';
import { measureLives } from './store/lives.ts';
import { measureWaiting } from './waiting/run.ts';

/**
 * What this service costs, against peers in the same run: `npm run bench [-- --quick] [--only machine,functions,store,growth,waiting]`.
 * Rounds alternate and medians are printed. Processor time is that of a system's processes with all their threads, until
 * they are idle again, for each request that was sent. On a busy machine trust it and the ratios, not the seconds.
 * `--peers-node PATH` runs the peers of `npm start` on another Node.js: Express on Node.js 20 costs four times as much as on 24.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'peers-node': { type: 'string', default: process.execPath },
    only: { type: 'string', default: 'machine,functions,store,growth,waiting' },
  },
});
const peersNode = values['peers-node'];
const effort: Effort = values.quick
  ? { rounds: 1, seconds: 1, connections: [32], operations: 1000, peersNode }
  : { rounds: 5, seconds: 4, connections: [1, 32, 256], operations: 5000, peersNode };
const sections: Readonly<Record<string, () => Promise<void>>> = {
  machine: () => compareOnOneMachine(effort),
  functions: () => compareFunctions(effort),
  store: () => measureLives(values.quick ? 5000 : 50_000, effort.connections),
  waiting: () => (values.quick ? measureWaiting(40, 2) : measureWaiting(200, 8)),
  growth: async () => {
    await (values.quick ? measureGrowth([20_000], 1) : measureGrowth([100_000, 500_000, 1_000_000], 5));
    await (values.quick ? measureServedGrowth(20_000, 1, 1) : measureServedGrowth(500_000, 5, 3));
  },
};

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
if (peersNode !== process.execPath)
  console.log(`Peers of npm start: Node.js ${execFileSync(peersNode, ['--version']).toString().trim()}`);
console.log(`Medians of ${effort.rounds} alternating rounds of ${effort.seconds} s\n`);
for (const name of values.only.split(',')) {
  const section = sections[name];
  if (section === undefined) throw new Error(`--only takes ${Object.keys(sections).join(', ')}`);
  await section();
}

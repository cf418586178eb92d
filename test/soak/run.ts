import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '0.05' },
    concurrency: { type: 'string', default: '32' },
    emulated: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
const number = (name: 'operations' | 'seed' | 'faults' | 'concurrency'): number => {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`--${name} must be a number, not ${values[name]}`);
  return process.exit(2);
};

const report = await soak({
  operations: number('operations'),
  seed: number('seed'),
  faults: number('faults'),
  concurrency: number('concurrency'),
  emulated: values.emulated,
  keep: values.keep,
  onProgress: console.log,
});
const counts = (of: Readonly<Record<string, number>>) =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
console.log(
  [
    '',
    `${report.operations} operations, ${report.requests} requests in ${report.seconds.toFixed(1)} s: ` +
      `${(report.operations / report.seconds).toFixed(0)} operations/s, seed ${values.seed}`,
    `kills       ${report.kills}`,
    `provider    ${counts(report.provider)}`,
    `POST        ${counts(report.answers)}`,
    `ended       ${counts(report.ended)}`,
    `violations  ${report.violations.length}`,
    ...report.violations.slice(0, 20).map(({ rule, detail }) => `  ${rule}: ${detail}`),
  ].join('\n'),
);
process.exitCode = report.violations.length === 0 ? 0 : 1;

import { quantile } from '../measure/load.ts';
import { type Lived, load } from './load.ts';
import { planOf, USAGE } from './plan.ts';

/** A bounded load on a deployment that is named by hand. Exit codes: 0 all ended well; 1 something did not; 2 not asked. */
const { plan, faults } = planOf(process.argv.slice(2), process.env);
if (plan === undefined) {
  console.error([...faults, USAGE].join('\n'));
  process.exit(2);
}
console.log(`${plan.target.origin}: ${plan.perSecond} operations a second for ${plan.seconds} s`);
const { lives, stopped } = await load(plan);

const ms = (values: readonly number[]) =>
  values.length === 0
    ? '–'
    : [0.5, 0.95, 0.99].map((q) => quantile(values, q).toFixed(0).padStart(7)).join('');
for (const asked of ['at once', 'for later'] as const) {
  const some = lives.filter((one) => one.asked === asked);
  const answered = some.filter(({ status }) => status === 200 || status === 202);
  console.log(`asked ${asked}: ${some.length}                  p50    p95    p99 ms`);
  console.log(`  answered        ${ms(answered.map(({ answeredMs }) => answeredMs))}`);
  console.log(`  at its end      ${ms(answered.flatMap(({ endedMs }) => endedMs ?? []))}`);
  console.log(`  ${counted(some)}`);
}
if (stopped !== undefined) console.log(`stopped: ${stopped}`);
process.exitCode = stopped === undefined && lives.every(({ end }) => end === 'succeeded') ? 0 : 1;

/** Such as `200 succeeded: 14, 429: 1`. */
function counted(some: readonly Lived[]): string {
  const groups = Map.groupBy(some, ({ status, end }) => [status, end].filter(Boolean).join(' '));
  return [...groups].map(([name, group]) => `${name}: ${group.length}`).join(', ');
}

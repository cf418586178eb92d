import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drive, type Outcome, pooled, quantile, timesOf } from './load.ts';
import { elsewhere, serve } from './service.ts';

/**
 * What a tenant over its quota, and all of them together over what can be sustained, do to `npm start` on loopback:
 * `node bench/overload/run.ts [--seconds 60] [--flood-only] [--senders 1] [--times 10]`. Settings of the service are taken from the
 * environment: `MAX_CONCURRENT_REQUESTS`. The flood is `--times` what can be sustained; fewer where the sender runs out of sockets.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    'flood-only': { type: 'boolean', default: false },
    senders: { type: 'string', default: '1' },
    times: { type: 'string', default: '10' },
  },
});
const seconds = Number(values.seconds);
const senders = Number(values.senders);
const factor = Number(values.times);
const TEXT = JSON.stringify({ text: 'அந்த பையன் ஒரு ஆடு வாங்கினான். '.repeat(37).slice(0, 1190) });
const LIST = '/v1/operations?page_size=5';
/** So many that each stays within the default quota while all of them together are too much. */
const TENANTS = 50;
const settings: Record<string, string> = {};
if (process.env['MAX_CONCURRENT_REQUESTS'] !== undefined)
  settings['MAX_CONCURRENT_REQUESTS'] = process.env['MAX_CONCURRENT_REQUESTS'];

const ms = (value: number) => `${value.toFixed(1)} ms`;
const spread = (times: readonly number[]) =>
  `${times.length}, p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}`;
const failed = ({ failures }: Outcome) => Object.values(failures).reduce((sum, count) => sum + count, 0);
const answers = ({ times }: Outcome) =>
  JSON.stringify(Object.fromEntries(Object.entries(times).map(([status, some]) => [status, some.length])));
const told = (outcome: Outcome) =>
  `${answers(outcome)}, ${spread(timesOf(outcome))}, ${failed(outcome)} failed, ${outcome.held} held back`;

/** Alone and beside in turns, so that a noisy machine is noisy for both. */
async function neighbours() {
  const service = await serve({ ...settings, TENANT_REQUESTS_PER_MINUTE: '600' });
  const [quiet, noisy] = [await service.token('quiet'), await service.token('noisy')];
  const one = { url: service.url, path: LIST, tokens: [quiet], perSecond: 9, most: 50 };
  const loud = { ...one, tokens: [noisy], perSecond: 100, most: 200 };
  // A quota is a minute's worth at once: spent first, so that nine in ten are refused from then on.
  await elsewhere({ ...loud, perSecond: 200, seconds: 5 });
  const alone: Outcome[] = [];
  const beside: Outcome[] = [];
  const noise: Outcome[] = [];
  for (let round = 0; round < 5; round += 1) {
    alone.push(await drive({ ...one, seconds: 5 }));
    const driving = elsewhere({ ...loud, seconds: 7 });
    await sleep(1000);
    beside.push(await drive({ ...one, seconds: 5 }));
    noise.push(await driving);
  }
  service.end();
  const p99 = (all: readonly Outcome[]) => quantile(timesOf(pooled(all)), 0.99);
  console.log(`quiet tenant alone:   ${told(pooled(alone))}`);
  console.log(`ten times the quota:  ${told(pooled(noise))}`);
  console.log(`quiet tenant beside:  ${told(pooled(beside))}`);
  console.log(`ratio of the p99s:    ${(p99(beside) / p99(alone)).toFixed(2)}\n`);
}

/** Answers a second when as many requests are under way as keep the service busy. */
async function sustainable(): Promise<number> {
  const service = await serve({ ...settings, TENANT_REQUESTS_PER_MINUTE: '1000000' });
  const tokens = [await service.token('any')];
  const load = { url: service.url, path: '/v1/proofread', body: TEXT, tokens, perSecond: 5000, most: 8 };
  await elsewhere({ ...load, seconds: 2 });
  const outcome = await elsewhere({ ...load, seconds: 6 });
  service.end();
  return (outcome.times['200']?.length ?? 0) / 6;
}

async function flood() {
  const load = () => loadavg()[0]?.toFixed(2);
  console.log(`load average of the machine before: ${load()}`);
  const rate = await sustainable();
  const due = rate * factor;
  console.log(`sustainable: ${rate.toFixed(0)} proofreads a second`);
  const service = await serve(settings);
  const tokens: string[] = [];
  for (let n = 0; n < TENANTS; n += 1) tokens.push(await service.token(`tenant-${n}`));
  const proofread = { url: service.url, path: '/v1/proofread', body: TEXT, tokens };
  const probe = { ...proofread, perSecond: 20 };
  await drive({ ...probe, seconds: 3 });
  const unloaded = timesOf(await drive({ ...probe, seconds: 5 }));
  const before = service.rssMiB();

  const sending = Array.from({ length: senders }, () =>
    elsewhere({ ...proofread, perSecond: due / senders, seconds }),
  );
  const health = { url: service.url, path: '/v1/health', tokens, eachOnItsOwn: true };
  const checking = drive({ ...health, perSecond: 5, seconds });
  const rss: number[] = [];
  const sampling = setInterval(() => rss.push(service.rssMiB()), 1000);
  // The end is that of the sending: what is still to be answered then belongs to the recovery.
  await sleep(seconds * 1000);
  clearInterval(sampling);
  const over = performance.now();
  const calm = quantile(unloaded, 0.99) * 2;
  let recovered = Number.NaN;
  for (let n = 0; n < 120 && Number.isNaN(recovered); n += 1) {
    const outcome = await drive({ ...probe, seconds: 0.5 });
    const all = timesOf(outcome);
    if (all.length === outcome.times['200']?.length && quantile(all, 1) <= calm)
      recovered = performance.now() - over;
  }
  const flooded = pooled(await Promise.all(sending));
  const checked = await checking;
  const accepted = timesOf(flooded, (status) => status < 300);
  const [early = 0, late = 0] = [rss.slice(5, 15), rss.slice(-10)].map((some) => Math.max(...some));
  console.log(
    [
      `${factor} times that, ${due.toFixed(0)} a second for ${seconds} s, from ${senders} process(es) and ${TENANTS} tenants:`,
      `  due ${flooded.sent + flooded.held}, sent ${flooded.sent}, held back ${flooded.held}; sent late by p50 ${ms(quantile(flooded.late, 0.5))}, p99 ${ms(quantile(flooded.late, 0.99))}; at most ${flooded.crowd} under way`,
      `  answers ${answers(flooded)}, failures ${failed(flooded)} ${failed(flooded) === 0 ? '' : JSON.stringify(flooded.failures)}`,
      `  accepted: ${spread(accepted)}, ${(accepted.length / seconds).toFixed(0)} a second`,
      `  shed:     ${spread(timesOf(flooded, (status) => status === 503))}`,
      `  /v1/health meanwhile, each on a new connection: ${answers(checked)}, ${spread(timesOf(checked))}, failures ${failed(checked)}`,
      `  memory: ${before.toFixed(0)} MiB before, at most ${early.toFixed(0)} after 5 to 15 s, ${late.toFixed(0)} in the last 10 s`,
      `  calm (half a second of proofreads within twice their unloaded p99 of ${ms(calm / 2)}) ${ms(recovered)} after the last was sent`,
      `load average of the machine after: ${load()}`,
    ].join('\n'),
  );
  service.end();
}

if (!values['flood-only']) await neighbours();
await flood();

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drive, type Load, type Outcome, quantile } from './load.ts';

/**
 * What a tenant over its quota, and all of them together over what can be sustained, do to `npm start` on loopback:
 * `node bench/overload/run.ts [--seconds 60]`.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, 'flood-only': { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
const SCRIPT = fileURLToPath(new URL('../../local/start.ts', import.meta.url));
const TEXT = JSON.stringify({ text: 'அந்த பையன் ஒரு ஆடு வாங்கினான். '.repeat(37).slice(0, 1190) });
const LIST = '/v1/operations?page_size=5';
const TENANTS = 4;
/** As an instance of 512 MiB has it: without a limit V8 lets garbage lie while there is memory. */
const HEAP = '--max-old-space-size=256';

async function serve(requestsPerMinute: number) {
  const dir = mkdtempSync(join(tmpdir(), 'overload-'));
  const child = spawn(process.execPath, [HEAP, SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      LOG_LEVEL: 'error',
      PROVIDER: 'rules',
      SQLITE_PATH: join(dir, 'operations.db'),
      TENANT_REQUESTS_PER_MINUTE: String(requestsPerMinute),
    },
  });
  let output = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.includes('Try it:')) break;
  }
  child.stdout.resume();
  const url = /^Serving (\S+)$/m.exec(output)?.[1]?.replace('localhost', '127.0.0.1') ?? '';
  return {
    url,
    token: async (tenant_id: string): Promise<string> => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ tenant_id });
      const answer = await fetch(`${url}/dev/token`, { method: 'POST', headers, body });
      const { token } = (await answer.json()) as { token: string };
      return token;
    },
    rssMiB: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    end: () => {
      child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A load from another process, so that this one measures undisturbed. */
async function elsewhere(load: Load): Promise<Outcome> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('load.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(load));
  return JSON.parse(Buffer.concat(await Array.fromAsync(child.stdout)).toString());
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const told = ({ statuses, times, failures, held }: Outcome) =>
  `${times.length} answers ${JSON.stringify(statuses)}, p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}, ${failures} failed, ${held} held back`;

const pooled = (all: readonly Outcome[]): Outcome => ({
  statuses: all.reduce<Record<string, number>>((sum, { statuses }) => {
    for (const [status, count] of Object.entries(statuses)) sum[status] = (sum[status] ?? 0) + count;
    return sum;
  }, {}),
  times: all.flatMap(({ times }) => times).sort((a, b) => a - b),
  failures: all.reduce((sum, { failures }) => sum + failures, 0),
  held: all.reduce((sum, { held }) => sum + held, 0),
});

/** Alone and beside in turns, so that a noisy machine is noisy for both. */
async function neighbours() {
  const service = await serve(600);
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
  const p99 = (all: readonly Outcome[]) => quantile(pooled(all).times, 0.99);
  console.log(`quiet tenant alone:   ${told(pooled(alone))}`);
  console.log(`ten times the quota:  ${told(pooled(noise))}`);
  console.log(`quiet tenant beside:  ${told(pooled(beside))}`);
  console.log(`ratio of the p99s:    ${(p99(beside) / p99(alone)).toFixed(2)}`);
}

/** Answers a second when as many requests are under way as keep the service busy. */
async function sustainable(): Promise<number> {
  const service = await serve(1_000_000);
  const tokens = [await service.token('any')];
  const load = { url: service.url, path: '/v1/proofread', body: TEXT, tokens, perSecond: 5000, most: 8 };
  await drive({ ...load, seconds: 2 });
  const { times } = await drive({ ...load, seconds: 6 });
  service.end();
  return times.length / 6;
}

async function flood() {
  const rate = await sustainable();
  const quota = Math.floor((rate * 60) / TENANTS / 4);
  console.log(
    `\nsustainable: ${rate.toFixed(0)} proofreads a second; quota of each of ${TENANTS} tenants: ${quota} a minute`,
  );
  const service = await serve(quota);
  const tokens: string[] = [];
  for (let n = 0; n < TENANTS; n += 1) tokens.push(await service.token(`tenant-${n}`));
  const probe = { url: service.url, path: '/v1/health', tokens, perSecond: 5, most: 50 };
  const before = { rss: service.rssMiB(), times: (await drive({ ...probe, seconds: 5 })).times };
  const flooding = elsewhere({
    url: service.url,
    path: '/v1/proofread',
    body: TEXT,
    tokens,
    perSecond: rate * 10,
    seconds,
    most: 500,
  });
  const rss: number[] = [];
  const sampling = setInterval(() => rss.push(service.rssMiB()), 1000);
  const flooded = await flooding;
  clearInterval(sampling);
  const over = performance.now();
  const calm = quantile(before.times, 0.99) * 2;
  let recovered = Number.NaN;
  for (let n = 0; n < 100 && Number.isNaN(recovered); n += 1) {
    const { times } = await drive({ ...probe, perSecond: 50, seconds: 0.2 });
    if (quantile(times, 0.99) <= calm) recovered = performance.now() - over;
  }
  const [early = 0, late = 0] = [rss.slice(5, 15), rss.slice(-10)].map((some) => Math.max(...some));
  console.log(`ten times that, ${seconds} s: ${told(flooded)}`);
  console.log(
    `memory: ${before.rss.toFixed(0)} MiB before, at most ${early.toFixed(0)} after 5 to 15 s, ${late.toFixed(0)} in the last 10 s`,
  );
  console.log(
    `calm again (p99 of /v1/health within twice its unloaded ${ms(calm / 2)}) after ${ms(recovered)}`,
  );
  service.end();
}

if (!values['flood-only']) await neighbours();
await flood();

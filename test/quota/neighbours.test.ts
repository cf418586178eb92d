import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { exchange } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

const QUOTA = 60;
const BODY = JSON.stringify({ text: 'அவன் வந்தான்.' });

const asker = async (served: ServedFunctions, tenant_id: string) => {
  const headers = { ...(await served.bearer({ tenant_id })), 'Content-Type': 'application/json' };
  return () => exchange(served.origins.submit, { target: '/v1/proofread', headers, body: BODY });
};

/** The slowest but one of 25 answers, milliseconds. */
async function slow(ask: () => ReturnType<typeof exchange>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 25; n += 1) {
    const started = performance.now();
    expect((await ask()).status).toBe(200);
    times.push(performance.now() - started);
    await sleep(10);
  }
  return times.sort((a, b) => a - b).at(-2) ?? Number.NaN;
}

it('a tenant that asks ten times its quota gets its quota, and another is not slower for it', async () => {
  await using served = await serveFunctions({ quota: { requestsPerMinute: QUOTA } });
  const quiet = await asker(served, 'quiet');
  const noisy = await asker(served, 'noisy');
  const alone = await slow(quiet);
  const flood = Array.from({ length: 10 * QUOTA }, (_, n) => sleep(5 * n).then(noisy));
  const beside = await slow(quiet);
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(8.5 * QUOTA);
  expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
  // What was refused cost no call of the provider.
  expect(served.provider.calls.length).toBe(50 + statuses.filter((status) => status === 200).length);
  // Twice, or what a busy machine takes for a breath: the ratio is measured by bench/overload.
  expect(beside).toBeLessThan(Math.max(2 * alone, 1000));
});

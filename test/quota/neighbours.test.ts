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

async function calmly(ask: () => ReturnType<typeof exchange>): Promise<void> {
  for (let n = 0; n < 50; n += 1) {
    expect((await ask()).status).toBe(200);
    await sleep(10);
  }
}

it('a tenant that asks ten times its quota gets its quota and costs the provider no more, and another is refused nothing', async () => {
  await using served = await serveFunctions({ quota: { requestsPerMinute: QUOTA } });
  const quiet = await asker(served, 'quiet');
  const noisy = await asker(served, 'noisy');
  const begun = performance.now();
  const flood = Array.from({ length: 10 * QUOTA }, (_, n) => sleep(2 * n).then(noisy));
  // How little slower it is for that is measured by bench/overload.
  await calmly(quiet);
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  // It gets one more for each second that this takes.
  const quota = QUOTA + (performance.now() - begun) / 1000;
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(quota);
  expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
  // What was refused cost no call of the provider.
  expect(served.provider.calls.length).toBe(50 + statuses.filter((status) => status === 200).length);
});

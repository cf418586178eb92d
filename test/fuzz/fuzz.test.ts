import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../local/emulated/gateway.ts';
import { readRewrites } from '../../local/emulated/rewrites.ts';
import { closed, listen } from '../../local/start/listen.ts';
import { PROBLEMS } from '../../shared/errors.ts';
import { exchange } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
import { exchangeBytes, type RawAnswer } from './raw-exchange.ts';
import { type Known, type Shot, shots } from './requests.ts';

/** More, and others: `FUZZ_REQUESTS=20000 FUZZ_SEED=7 npx vitest run test/fuzz`. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 4);
const AT_ONCE = 30;
const MOST_GROWTH_BYTES = 24 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const heap = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

let served: ServedFunctions;
let known: Known;
let origins: Record<Shot['to'], URL>;
const gateway = createGateway((path) => ({
  origin:
    served.origins[path.startsWith('/tasks/') ? 'worker' : ((rewrites(path) ?? 'operations') as 'submit')],
}));
const rewrites = readRewrites(new URL('../../firebase.json', import.meta.url));

beforeAll(async () => {
  served = await serveFunctions();
  const { port } = await listen(gateway, 0);
  origins = { ...served.origins, gateway: new URL(`http://127.0.0.1:${port}`) };
  const tenants = await Promise.all(
    ['school-1', 'school-2'].map((tenant_id) =>
      served.bearer({ tenant_id, exp: Math.floor(Date.now() / 1000) + 3600, roles: ['tenant_admin'] }),
    ),
  );
  const tokenIn = ({ Authorization }: { Authorization: string }) => Authorization.slice('Bearer '.length);
  const ids: string[] = [];
  for (const { Authorization } of tenants) {
    const { json } = await exchange(served.origins.submit, {
      target: '/v1/proofread',
      headers: { Authorization, 'Content-Type': 'application/json', Prefer: 'respond-async' },
      body: '{"text":"அவன் வந்தான்."}',
    });
    ids.push(json.operation_id);
  }
  const [first, ...others] = tenants.map(tokenIn);
  known = { tenantTokens: [first ?? '', ...others], queueToken: tokenIn(await served.queueBearer()), ids };
});
afterAll(async () => {
  await closed(gateway);
  await served[Symbol.asyncDispose]();
});

describe('generated requests', () => {
  it(
    `get a sound answer each: ${REQUESTS} of seed ${SEED}`,
    async () => {
      const statuses = new Map<number, number>();
      let sent = 0;
      let early = 0;
      const batch = fc.array(shots(known), { minLength: AT_ONCE, maxLength: AT_ONCE });
      await fc.assert(
        fc.asyncProperty(batch, async (all) => {
          await Promise.all(
            all.map(async (shot) => {
              const answer = await fire(shot);
              const status = answer?.status ?? 0;
              statuses.set(status, (statuses.get(status) ?? 0) + 1);
            }),
          );
          served.logged.length = 0;
          served.queue.tasks.length = 0;
          const before = sent;
          sent += all.length;
          if (before < REQUESTS / 3 && sent >= REQUESTS / 3) early = heap();
        }),
        { numRuns: Math.ceil(REQUESTS / AT_ONCE), seed: SEED, endOnFailure: true, reporter: report },
      );
      const growth = heap() - early;
      console.log(
        `${sent} requests, heap grew by ${Math.round(growth / 1024)} KiB`,
        Object.fromEntries(statuses),
      );
      expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
      // A generator that only ever makes what is refused at the door would prove nothing.
      for (const status of [200, 202, 400, 401, 404, 405, 413, 415]) {
        expect(statuses.get(status), `answers of ${status}`).toBeGreaterThan(0);
      }
      expect((await exchange(origins.gateway, { target: '/v1/ready' })).status).toBe(200);
    },
    Math.max(180_000, REQUESTS * 20),
  );
});

async function fire(shot: Shot): Promise<RawAnswer | undefined> {
  const { answers, rest, silent } = await exchangeBytes(origins[shot.to], shot.pieces, {
    method: shot.method,
    answers: 1,
    patienceMs: shot.whole ? 30_000 : 250,
  });
  const [answer] = answers;
  const told = `${shot.to}: ${Buffer.concat(shot.pieces).toString('latin1').slice(0, 600)}`;
  if (answer === undefined) {
    if (shot.whole) throw new Error(`no answer (${silent ? 'silence' : 'closed'}, ${rest}) from ${told}`);
    return undefined;
  }
  try {
    expectSound(answer, shot.method);
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\n${JSON.stringify([...answer.headers])} ${answer.body}\nto ${told}`,
    );
  }
  return answer;
}

function expectSound({ status, headers, body }: RawAnswer, method: string): void {
  expect(status).toBeLessThan(500);
  expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  expect(headers.get('cache-control')).toContain('no-store');
  expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json; charset=utf-8$/);
  if (method === 'HEAD') return;
  const json = JSON.parse(body);
  if (status < 400) return;
  expect(headers.get('content-type')).toContain('problem');
  expect(Object.keys(PROBLEMS)).toContain(json.code);
  const problem = PROBLEMS[json.code as keyof typeof PROBLEMS];
  expect(json).toMatchObject({
    type: `/problems/${json.code}`,
    title: problem.title,
    status: problem.status,
  });
  expect(status).toBe(problem.status);
  expect(json.request_id).toBe(headers.get('x-request-id'));
}

/** The request at fault and how to meet it again, not the thirty of its batch. */
function report(run: {
  failed: boolean;
  seed: number;
  counterexamplePath: string | null;
  errorInstance: unknown | null;
}) {
  if (run.failed)
    throw new Error(`FUZZ_SEED=${run.seed}, batch ${run.counterexamplePath}`, { cause: run.errorInstance });
}

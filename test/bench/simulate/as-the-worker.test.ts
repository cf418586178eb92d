import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { settingsFor } from '../../../bench/simulate/measure/scenarios.ts';
import type { Settings } from '../../../bench/simulate/model/settings.ts';
import { simulate } from '../../../bench/simulate/model/simulate.ts';
import { createLocalQueue } from '../../../local/start/queue.ts';
import { LocalWorker } from '../../../local/start/worker.ts';
import type { Log } from '../../../shared/log.ts';
import { type Kind, kindsOf, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { isFinished, type Operation } from '../../../shared/operations/record/record.ts';
import type { Services } from '../../../shared/operations/services.ts';
import type { OperationStore } from '../../../shared/operations/store/port.ts';
import { enqueue } from '../../../shared/operations/submit/enqueue.ts';
import { queued } from '../../contract/records.ts';
import { DEFAULT_LIMITS } from '../../support/default-limits.ts';

/** The same draw wherever the service or the model draws. */
vi.mock(import('../../../bench/simulate/model/random.ts'), async (importOriginal) => ({
  ...(await importOriginal()),
  seeded: () => () => 0.4,
}));
const { seeded } = await vi.importActual<typeof import('../../../bench/simulate/model/random.ts')>(
  '../../../bench/simulate/model/random.ts',
);

const OPERATIONS = 160;
const READ_MS = 7;
const WRITE_MS = 11;
const MODEL_MS = 3001;
const FAULT_MS = 53;
const PLACES = 32;
/** Longer than all pauses of an operation together. */
const PLAYED_MS = 900_000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const quiet = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, () => undefined]));
const log = { ...quiet, child: () => quiet } as unknown as Log;

interface Load {
  readonly atMs: readonly number[];
  readonly refusals: readonly number[];
  readonly outage?: readonly [number, number];
}

/** Plays a load on the service's worker and queue, on a clock that jumps, and resolves to when which operation took how long. */
async function playOnTheWorker({ atMs, refusals, outage = [0, 0] }: Load): Promise<string[]> {
  const begun = Date.now();
  const records = new Map<string, { operation: Operation; version: string }>();
  const ends: string[] = [];
  const keep = (operation: Operation, version: number) => {
    records.set(operation.id, { operation, version: String(version) });
    if (isFinished(operation))
      ends.push(`${operation.completed_at - begun} ${operation.completed_at - operation.created_at}`);
    return wait(WRITE_MS).then(() => String(version));
  };
  const store: Pick<OperationStore, 'read' | 'update'> = {
    read: (id) => wait(READ_MS).then(() => records.get(id)),
    update: async (operation, version) =>
      records.get(operation.id)?.version === version ? keep(operation, Number(version) + 1) : undefined,
  };
  const calls = new Map<unknown, number>();
  const kind: Kind = {
    name: 'proofread',
    input: z.record(z.string(), z.unknown()),
    result: z.unknown(),
    text: () => undefined,
    run: async ({ n }) => {
      const made = calls.get(n) ?? 0;
      calls.set(n, made + 1);
      const at = Date.now() - begun;
      const isAway = at >= outage[0] && at < outage[1];
      const throttled = !isAway && made < (refusals[Number(n)] ?? 0);
      await wait(isAway || throttled ? FAULT_MS : MODEL_MS);
      if (isAway || throttled) throw new ProviderUnavailable('refused', { throttled });
      return { result: {} };
    },
  };
  const queue = createLocalQueue({ run: (delivery) => worker.run(delivery), concurrency: PLACES });
  const services = { store, queue, kinds: kindsOf([kind]), log, now: Date.now, limits: DEFAULT_LIMITS };
  const worker = new LocalWorker(services as unknown as Services);
  for (const [n, at] of atMs.entries())
    setTimeout(async () => {
      const now = Date.now();
      const operation = queued(String(n), { created_at: now, updated_at: now, input: { n } });
      await keep(operation, 1);
      if (!isFinished(operation)) await enqueue({ queue, log, now: Date.now }, operation);
    }, at);
  await vi.advanceTimersByTimeAsync(PLAYED_MS);
  await queue.close();
  return ends;
}

function playOnTheModel({ atMs, refusals, outage }: Load): string[] {
  const constant = (ms: number) => ({ kind: 'constant', ms }) as const;
  const settings = settingsFor(
    { perSecond: 1, seconds: 1, ...(outage && { outage }) },
    { atMs, refusals },
    [0],
  );
  const { tally } = simulate({
    ...settings,
    provider: { ...settings.provider, latency: constant(MODEL_MS), faultMs: FAULT_MS },
    steps: {
      storeReadMs: READ_MS,
      storeWriteMs: WRITE_MS,
      enqueue: constant(0),
      claimProcessorMs: 0,
      finishProcessorMs: 0,
    },
    sweepEveryMs: 1e12,
  } satisfies Settings);
  return tally.ends.map((end, n) => `${end} ${tally.latencies[n]}`);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.spyOn(Math, 'random').mockReturnValue(0.4);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const random = seeded(3);
const atMs = Array.from({ length: OPERATIONS }, (_, n) => Math.round(n * 220 + random() * 200));
const refusals = atMs.map(() => Math.floor(Math.log(1 - random()) / Math.log(0.2)));

/** One operation meets every pause, and another fails. */
const refused = refusals.map((n, operation) => ({ 40: 4, 41: 5 })[operation] ?? Math.min(n, 3));

it.each([
  ['429s that slow the queue', { atMs, refusals: refused }, 672_000],
  ['an outage', { atMs, refusals: [], outage: [9_000, 19_000] as const }, 12_000],
])('each operation ends in the model when it ends at the worker: %s', async (_, load, pausesMs) => {
  const ends = await playOnTheWorker(load);
  expect(ends).toHaveLength(OPERATIONS);
  expect(Math.max(...ends.map((end) => Number(end.split(' ')[1])))).toBeGreaterThan(pausesMs);
  expect(playOnTheModel(load)).toEqual(ends);
});

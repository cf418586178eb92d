import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIssuer } from '../e2e/tenants.ts';
import { check, type Violation } from './checker.ts';
import { createDriver } from './driver.ts';
import type { Attempts } from './facts.ts';
import type { History } from './history.ts';
import { makePlan, type PlanOptions } from './plan.ts';
import { startPlannedProvider } from './provider.ts';
import { type SoakSystem, startEmulatedSystem, startLocalSystem } from './systems.ts';

export interface SoakOptions extends PlanOptions {
  /** Against the deployed shape instead of `npm start`. */
  readonly emulated: boolean;
  readonly concurrency: number;
  /** A directory for the history and the service's log, to look a violation up in. */
  readonly keep?: string | undefined;
  /** Told every few seconds how far the run has come. */
  readonly onProgress?: (line: string) => void;
}

export interface SoakReport {
  readonly violations: readonly Violation[];
  readonly operations: number;
  readonly requests: number;
  readonly seconds: number;
  readonly kills: number;
  /** Provider calls by what became of them. */
  readonly provider: Readonly<Record<string, number>>;
  /** Operations by the state they ended in. */
  readonly ended: Readonly<Record<string, number>>;
  /** Answers to POST by status. */
  readonly answers: Readonly<Record<string, number>>;
}

const PROGRESS_EVERY_MS = 3000;
const TOKEN_FOR_MS = 240_000;
/** Sweep, a lease's margin, and the backoff of what failed before. */
const SETTLE_MS = 120_000;

/** Plays a planned mix of requests and faults, and has the history of it checked. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { emulated, concurrency, seed, faults } = options;
  const plan = makePlan(options);
  const issuer = await createIssuer();
  await using provider = await startPlannedProvider(plan);
  const env = {
    ...issuer.env,
    GEMINI_API_KEY: 'soak',
    GEMINI_BASE_URL: provider.url,
    GEMINI_MODELS: 'gemini-3.8-flash',
  };
  await using system: SoakSystem = await (emulated ? startEmulatedSystem : startLocalSystem)({
    env,
    seed,
    faults,
  });
  const tokens = new Map<string, { token: Promise<string>; at: number }>();
  const driver = createDriver({
    plan,
    url: system.url,
    kill: system.kill,
    concurrency,
    settleMs: SETTLE_MS,
    tokenFor: (tenant) => {
      const known = tokens.get(tenant);
      if (known !== undefined && performance.now() - known.at < TOKEN_FOR_MS) return known.token;
      const fresh = { token: issuer.token(tenant), at: performance.now() };
      tokens.set(tenant, fresh);
      return fresh.token;
    },
  });

  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const progress = () => {
    const rate = (driver.played() / seconds()).toFixed(0);
    const faulty = Object.entries(provider.shown).filter(([what]) => what !== 'sound');
    options.onProgress?.(
      `${seconds().toFixed(0).padStart(5)} s  ${driver.played()} of ${options.operations} operations, ${rate}/s, ` +
        `${driver.history.length} requests, ${driver.kills.length} kills, provider ${faulty.map((one) => one.join(' ')).join(', ')}`,
    );
  };
  const timer = setInterval(progress, PROGRESS_EVERY_MS);
  try {
    await driver.run();
  } finally {
    clearInterval(timer);
  }
  progress();

  const { history, kills } = driver;
  const { calls } = provider;
  const attempts = await attemptsAt(history, system);
  const violations = check(history, { calls, faults: provider.faults, attempts, kills });
  if (options.keep !== undefined) keep(options.keep, system.log(), [...kills, ...history]);
  const inOrder = history.toSorted((a, b) => a.ended - b.ended);
  const seen = inOrder.flatMap(({ answer }) => answer?.seen ?? []);
  const last = new Map(seen.map(({ id, status }) => [id, status]));
  const submits = history.filter(({ action }) => action === 'submit');
  return {
    violations,
    operations: options.operations,
    requests: history.length,
    seconds: seconds(),
    kills: kills.length,
    provider: { ...provider.shown },
    ended: countOf([...last.values()]),
    answers: countOf(submits.map(({ answer }) => String(answer?.status ?? 'none'))),
  };
}

/** The history as one JSON object a line: kills, then exchanges. */
function keep(directory: string, log: string, history: readonly object[]): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'service.log'), log);
  writeFileSync(join(directory, 'history.ndjson'), history.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/** What the store says of each operation that was seen. */
async function attemptsAt(history: History, { record }: SoakSystem): Promise<Attempts[]> {
  const ids = new Set(history.flatMap(({ answer }) => answer?.seen.map(({ id }) => id) ?? []));
  const all: Attempts[] = [];
  for (const id of ids) {
    const found = await record(id);
    if (found !== undefined) all.push({ request: found.request_id, attempts: found.attempts });
  }
  return all;
}

const countOf = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]));

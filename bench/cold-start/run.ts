import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import { createLocalIdentity } from '../../local/cloud-tasks/identity.ts';
import { startFirestoreEmulator } from '../../local/emulated/firestore-emulator.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { startPausedQueue } from '../systems/paused-queue.ts';

/**
 * Milliseconds from the start of a function's process to the end of its first answer, against a bare function on the
 * same framework. Runs alternate, so that a noisy machine is noisy for all. Needs `npm run build` and the Firestore
 * emulator: `node bench/cold-start/run.ts [--runs 10]`.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });
const runs = Number(values.runs);

const AUDIENCE = 'analysis';
const PROJECT = 'cold-start';
const email = `tasks@${PROJECT}.iam.gserviceaccount.com`;
const emulator = await startFirestoreEmulator();
const identity = await createLocalIdentity({ issuer: 'https://issuer.example', email });
const tasks = await startPausedQueue(PROJECT, identity);

const env = {
  PATH: process.env['PATH'],
  NODE_ENV: 'production',
  LOG_LEVEL: 'silent',
  GOOGLE_CLOUD_PROJECT: PROJECT,
  STORE: 'firestore',
  QUEUE: 'cloud-tasks',
  FIRESTORE_EMULATOR_HOST: emulator.host,
  CLOUD_TASKS_EMULATOR_HOST: tasks.host,
  TASKS_LOCATION: 'local',
  TASKS_QUEUE: 'operations',
  TASKS_SERVICE_ACCOUNT: email,
  TASKS_OIDC_JWKS_URI: tasks.jwksUri,
  WORKER_URL: 'http://127.0.0.1:9',
  OIDC_ISSUER: identity.issuer,
  OIDC_AUDIENCE: AUDIENCE,
  OIDC_JWKS_JSON: JSON.stringify(identity.jwks),
  OIDC_TENANT_CLAIM: 'email',
};
const token = await identity.sign(AUDIENCE);
const authorization = { authorization: `Bearer ${token}` };
const text = 'அந்தப் பையன் வந்தான்.';
const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ text });

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly expect: number;
}

const bare = (name: string): string[] => [`--source=bench/cold-start/${name}.mjs`, `--target=${name}`];
const anId = '/v1/operations/0f8fad5b-d9cb-469f-a165-70867728950e';
const withoutStore: Case[] = [
  { name: 'hello', args: bare('hello'), path: '/', expect: 200 },
  { name: 'operations: health', args: ['--target=operations'], path: '/v1/health', expect: 200 },
  { name: 'operations: 401', args: ['--target=operations'], path: anId, expect: 401 },
  {
    name: 'submit: 401',
    args: ['--target=submit'],
    path: '/v1/proofread',
    method: 'POST',
    headers: json,
    body,
    expect: 401,
  },
  {
    name: 'submit: 400',
    args: ['--target=submit'],
    path: '/v1/proofread',
    method: 'POST',
    headers: { ...json, ...authorization },
    body: '{',
    expect: 400,
  },
  {
    name: 'worker: 401',
    args: ['--target=worker'],
    path: '/tasks/run',
    method: 'POST',
    headers: json,
    body,
    expect: 401,
  },
];
const reading: Case[] = [
  { name: 'bare read', args: bare('bare-read'), path: anId, expect: 200 },
  {
    name: 'operations: read',
    args: ['--target=operations'],
    path: anId,
    headers: authorization,
    expect: 404,
  },
];
const creating: Case[] = [
  {
    name: 'bare create',
    args: bare('bare-create'),
    path: '/',
    method: 'POST',
    headers: json,
    body,
    expect: 202,
  },
  {
    name: 'submit: accepted',
    args: ['--target=submit'],
    path: '/v1/proofread',
    method: 'POST',
    headers: { ...json, ...authorization, prefer: 'respond-async' },
    body,
    expect: 202,
  },
];

try {
  await compare('(a) first answer without the store', withoutStore, 1.5);
  await compare('(b) first operation read', reading, 1.1);
  await compare('(b) first operation accepted', creating, 1.1);
} finally {
  await tasks.close();
  await emulator.stop();
}

async function compare(title: string, cases: readonly Case[], limit: number): Promise<void> {
  const times = new Map(cases.map(({ name }) => [name, [] as number[]]));
  for (let run = 0; run < runs; run += 1) {
    for (const one of cases) times.get(one.name)?.push(await firstAnswer(one));
  }
  const [base = 1] = cases.map(({ name }) => median(times.get(name) ?? []));
  console.log(`\n${title}, medians of ${runs} alternating runs; at most ${limit}×`);
  for (const { name } of cases) {
    const all = times.get(name) ?? [];
    const ms = median(all);
    const spread = `${Math.min(...all).toFixed(0)}–${Math.max(...all).toFixed(0)}`;
    console.log(
      `${name.padEnd(20)} ${ms.toFixed(0).padStart(5)} ms  ${(ms / base).toFixed(2)}×  (${spread})`,
    );
  }
}

async function firstAnswer({ args, expect, ...ask }: Case): Promise<number> {
  const port = await freePort();
  const framework = 'node_modules/@google-cloud/functions-framework/build/src/main.js';
  const started = performance.now();
  const child = spawn(process.execPath, [framework, ...args, `--port=${port}`], { env, stdio: 'ignore' });
  const exit = once(child, 'exit');
  try {
    for (;;) {
      const status = await answer(port, ask);
      if (status === expect) return performance.now() - started;
      if (status !== undefined) throw new Error(`${args.join(' ')} answered ${status}, not ${expect}`);
      if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`);
      if (performance.now() - started > 30_000) throw new Error(`${args.join(' ')} did not answer`);
    }
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
}

/** `undefined` while nothing listens. */
function answer(port: number, ask: Omit<Case, 'args' | 'expect' | 'name'>): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = request({
      host: '127.0.0.1',
      port,
      path: ask.path,
      method: ask.method ?? 'GET',
      headers: ask.headers ?? {},
      // A process that takes a request and never answers is to fail the run, not to hold it for ever.
      signal: AbortSignal.timeout(30_000),
    });
    call.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)));
    call.on('error', () => setTimeout(resolve, 2, undefined));
    call.end(ask.body);
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

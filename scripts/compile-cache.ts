import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Target } from '../functions/serve.ts';
import { createLocalIdentity } from '../local/cloud-tasks/identity.ts';
import { freePort } from '../local/emulated/free-port.ts';

/**
 * Fills `compile-cache/` beside the bundle with V8's code for what a first request runs: serves each function in the
 * framework's own process, asks it what needs no client of Google's and what does, and lets it end. Node.js uses such a
 * cache only where its version, the architecture and the user are those that wrote it, so it is made where the bundle
 * will run: at the end of `npm run build`, and in the image (scripts/deploy/Dockerfile).
 * Source: https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache
 */
const directory = join(import.meta.dirname, 'compile-cache');
const framework = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')));
const READY_WITHIN_MS = 60_000;
const ANSWERED_WITHIN_MS = 30_000;
const ENDED_WITHIN_MS = 30_000;
/** A module, for `--import`: a process that serves ends when this one does, however that ends. */
const END_WITH_PARENT = `data:text/javascript,process.on('disconnect',()=>process.exit());process.connected||process.exit()`;
const TENANTS = 'tenants';
const WORKER = 'https://worker.invalid';

const email = 'tasks@compile-cache.iam.gserviceaccount.com';
const identity = await createLocalIdentity({ issuer: 'https://issuer.invalid', email });

/** Messages of gRPC, each after a byte of flags and its length. */
const NOTHING = Buffer.alloc(5);
const COMMITTED = Buffer.from('00 00000006 0a04 0a02 0801'.replaceAll(' ', ''), 'hex');
/** Firestore, which takes every write, at second 1, and has nothing to read. */
const firestore = createHttp2Server().on('stream', (stream, { ':path': path }) => {
  stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.on('error', () => undefined).end(path?.endsWith('/Commit') ? COMMITTED : NOTHING);
});
/** Cloud Tasks, and the keys of who calls the worker. */
const tasks = createServer((request, response) => {
  const body = request.method === 'GET' ? identity.jwks : {};
  request
    .resume()
    .on('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)));
});
const hostOf = async (server: Server): Promise<string> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const tasksHost = await hostOf(tasks);
const env = {
  PATH: process.env['PATH'],
  NODE_ENV: 'production',
  LOG_LEVEL: 'silent',
  GOOGLE_CLOUD_PROJECT: 'compile-cache',
  STORE: 'firestore',
  FIRESTORE_EMULATOR_HOST: await hostOf(firestore),
  QUEUE: 'cloud-tasks',
  CLOUD_TASKS_EMULATOR_HOST: tasksHost,
  TASKS_LOCATION: 'local',
  TASKS_QUEUE: 'operations',
  TASKS_SERVICE_ACCOUNT: email,
  TASKS_OIDC_ISSUER: identity.issuer,
  TASKS_OIDC_JWKS_URI: `http://${tasksHost}/`,
  WORKER_URL: WORKER,
  OIDC_ISSUER: identity.issuer,
  OIDC_AUDIENCE: TENANTS,
  OIDC_JWKS_JSON: JSON.stringify(identity.jwks),
  OIDC_TENANT_CLAIM: 'email',
};

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const json = { 'content-type': 'application/json' };
const bearer = async (audience: string) => ({
  ...json,
  authorization: `Bearer ${await identity.sign(audience)}`,
});
const [asTenant, asQueue] = [await bearer(TENANTS), await bearer(WORKER)];
const proofread = { path: '/v1/proofread', body: JSON.stringify({ text: 'அந்தப் பையன் வந்தான்.' }) };
const run = { path: '/tasks/run', body: JSON.stringify({ operation_id: ID }) };

interface Ask {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly expect: number;
}
const asks: Record<Target, readonly Ask[]> = {
  submit: [
    { ...proofread, headers: json, expect: 401 },
    { ...proofread, headers: asTenant, body: '{', expect: 400 },
    { ...proofread, headers: { ...asTenant, prefer: 'respond-async' }, expect: 202 },
  ],
  worker: [
    { ...run, headers: json, expect: 401 },
    { ...run, headers: asQueue, expect: 200 },
  ],
  operations: [{ path: `/v1/operations/${ID}`, headers: asTenant, expect: 404 }],
};

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory);
try {
  for (const target of Object.keys(asks) as Target[]) await serve(target);
} catch (error) {
  console.error(`compile-cache: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  firestore.close();
  tasks.close();
}

/** Asks all that is to be asked of a function, in a process of its own. The cache is written when that ends by itself. */
async function serve(target: Target): Promise<void> {
  const port = await freePort();
  const args = ['--import', END_WITH_PARENT, framework, `--target=${target}`, `--port=${port}`];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ask = ({ path, headers, body }: Omit<Ask, 'expect'>): Promise<number> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    }).then(async (response) => {
      await response.arrayBuffer();
      return response.status;
    });
  try {
    for (const end = Date.now() + READY_WITHIN_MS; ; await sleep(20)) {
      if ((await ask({ path: '/', headers: {} }).catch(() => 0)) !== 0) break;
      if (child.exitCode !== null || Date.now() > end) throw new Error(`${target} did not come to serve`);
    }
    for (const { expect, ...one } of asks[target]) {
      const status = await ask(one);
      if (status !== expect) throw new Error(`${target} answered ${status} to ${one.path}, not ${expect}`);
    }
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(ENDED_WITHIN_MS, undefined, { ref: false })]);
  } finally {
    child.kill('SIGKILL');
  }
}

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TARGETS } from '../../functions/serve.ts';
import { findFirestoreEmulator } from '../../local/emulated/firestore-emulator.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { REPORT_ASYNC_HOOKS } from '../support/async-hooks.ts';
import { firestoreEmulator, noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { type Launch, launchScript } from './launch.ts';
import { serviceSuite } from './service-suite.ts';
import { createIssuer } from './tenants.ts';

const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/@google-cloud/functions-framework/build/src/main.js', import.meta.url),
);
/** What a function needs to be told of, and does not come to ask. */
const NOWHERE = {
  GOOGLE_CLOUD_PROJECT: 'bundle',
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
  QUEUE: 'cloud-tasks',
  TASKS_LOCATION: 'here',
  TASKS_QUEUE: 'operations',
  TASKS_SERVICE_ACCOUNT: 'tasks@bundle.iam.gserviceaccount.com',
  WORKER_URL: 'http://127.0.0.1:1',
};

/** Of Debian and most others. */
const NOBODY = 65_534;
const issuerEnv = () => ({
  STORE: 'firestore',
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_AUDIENCE: 'api',
  OIDC_JWKS_URI: 'https://issuer.example/keys',
});

beforeAll(() => void execFileSync(process.execPath, ['scripts/build.ts']));

describe.skipIf(noFirestoreEmulator)('deployed shape', () => {
  let host = '';
  beforeAll(async () => {
    host = await firestoreEmulator();
  });

  // One emulator for all launches, so that what a killed deployment accepted is still there for the next.
  const launch: Launch = (env) =>
    launchScript('local/emulated/start.ts', { ...env, FIRESTORE_EMULATOR_HOST: host });
  serviceSuite('npm run start:emulated', launch, 'http');
});

/** Whether every folder above a file may be entered by everybody. That of `mktemp -d` may not. */
function isOpenToAll(file: string): boolean {
  const folder = dirname(file);
  return (statSync(folder).mode & 0o001) !== 0 && (folder === dirname(folder) || isOpenToAll(folder));
}

describe('the bundle', () => {
  const served = (env: Record<string, string> = {}) => {
    const script = `await import(${JSON.stringify(new URL('../../dist/index.mjs', import.meta.url).href)});
      console.log(JSON.stringify(process.moduleLoadList));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      env: {
        FUNCTION_TARGET: 'submit',
        GOOGLE_CLOUD_PROJECT: 'bundle',
        ...issuerEnv(),
        ...env,
      },
    });
    return { modules: JSON.parse(stdout || '[]') as string[], stderr };
  };

  it('comes with a compile cache that this Node.js uses', () => {
    const { stderr } = served({ NODE_DEBUG_NATIVE: 'compile_cache' });
    expect(stderr).toMatch(/cache for ESM \S+\/dist\/register\.mjs was accepted/);
    expect(stderr).not.toMatch(/ for ESM \S+\/dist\/\S+ was (?!accepted)/);
  });

  it('loads none of what only a call to elsewhere needs before there is one', () => {
    const { modules } = served();
    expect(modules).toContain('NativeModule http');
    expect(modules.filter((name) => /undici|http2|sqlite/.test(name))).toEqual([]);
  });

  it('takes from the modules of Node.js only what is used', () => {
    // An import of `node:util`, and one of `node:fs`, would load these for what nobody asked for.
    expect(served().modules.filter((name) => /trace_sigint|internal\/fs\/streams/.test(name))).toEqual([]);
  });

  it.for(TARGETS)('serves %s without async hooks, by the framework’s own command', async (target) => {
    const port = await freePort();
    const { env } = await createIssuer();
    const args = [...REPORT_ASYNC_HOOKS, FRAMEWORK, `--target=${target}`, `--port=${port}`];
    const child = spawn(process.execPath, args, {
      cwd: fileURLToPath(new URL('../../dist', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...env, LOG_LEVEL: 'silent', STORE: 'firestore', ...NOWHERE },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = text(child.stdout);
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: '{}' }).then(
        ({ headers }) => headers.get('content-type'),
        () => undefined,
      );
    await expect.poll(() => ask('/v1/proofread')).toContain('application/problem+json');
    await Promise.all(['/v1/health', '/tasks/run', '/v1/operations'].map(ask));
    child.kill('SIGTERM');
    expect(await said).toContain('async hooks: false');
  });

  it('starts by the command of its image, as a user who may write nothing', async (context) => {
    const dockerfile = readFileSync('scripts/deploy/Dockerfile', 'utf8');
    expect(dockerfile).toMatch(/^FROM \S+@sha256:[0-9a-f]{64}$/m);
    expect(dockerfile).toMatch(/^USER node$[\s\S]*^RUN node compile-cache\.mjs/m);
    const [, ...args] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    if (process.getuid?.() !== 0) context.skip('only root can run a process as another user');
    if (!isOpenToAll(process.execPath)) context.skip('other users may not enter the folder of this clone');
    const image = mkdtempSync(join(tmpdir(), 'image-'));
    onTestFinished(() => rmSync(image, { recursive: true }));
    cpSync('dist', image, { recursive: true });
    // Whatever the umask was that it was built by here.
    for (const name of ['', ...readdirSync(image, { recursive: true, encoding: 'utf8' })])
      chmodSync(join(image, name), 0o755);
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(image, 'node_modules'));
    const port = await freePort();
    const child = spawn(process.execPath, args, {
      cwd: image,
      uid: NOBODY,
      gid: NOBODY,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...issuerEnv(),
        ...NOWHERE,
        FUNCTION_TARGET: 'operations',
        PORT: String(port),
        NODE_ENV: 'production',
      },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ask = () => fetch(`http://127.0.0.1:${port}/v1/health`).then(({ status }) => status);
    await expect.poll(() => ask().catch(() => 'away')).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.for(TARGETS)('is four files to %s, and no other function', (target) => {
    const { stderr } = served({ NODE_DEBUG_NATIVE: 'compile_cache', FUNCTION_TARGET: target });
    const loaded = [...stderr.matchAll(/cache for ESM \S+\/dist\/(\S+?)(?:-[\w-]{8})?\.mjs was/g)].map(
      ([, name]) => name,
    );
    expect(new Set(loaded)).toEqual(new Set(['register', target, 'chunks/core', 'chunks/store']));
  });
});

it('the build fails where something is imported that is not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const root = fileURLToPath(new URL('../../', import.meta.url));
  for (const name of [
    'functions',
    'shared',
    'tamil',
    'local',
    'scripts',
    'package.json',
    'package-lock.json',
  ])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  appendFileSync(
    join(folder, 'functions/worker.ts'),
    "export const later = () => import('not-installed');\n",
  );
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toContain("'not-installed'");
  expect(status).toBe(1);
  expect(existsSync(join(folder, 'dist/package.json'))).toBe(false);
});

describe('making the compile cache', () => {
  it.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves no process behind where it is ended by %s',
    async (signal, context) => {
      if (unable(() => below(process.pid))) context.skip('there is no ps to find the processes by');
      // Where the bundle's packages are found, and beside the bundle that others are using.
      const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
      mkdirSync(cache, { recursive: true });
      const copy = mkdtempSync(join(cache, 'dist-'));
      onTestFinished(() => rmSync(copy, { recursive: true }));
      cpSync('dist', copy, { recursive: true });
      const child = spawn(process.execPath, [join(copy, 'compile-cache.mjs')], { stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
      const serving = () => below(child.pid ?? 0);
      await expect.poll(() => serving().length, { timeout: 30_000, interval: 10 }).toBe(1);
      const left = serving();
      onTestFinished(() => left.filter(isAlive).forEach((pid) => void process.kill(pid, 'SIGKILL')));
      child.kill(signal);
      await expect.poll(() => left.filter(isAlive)).toEqual([]);
    },
  );
});

/** Every process below `root`. */
function below(root: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = (parent: number): number[] =>
    rows.flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid, ...children(pid)] : []));
  return children(root);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const unable = (command: () => unknown): boolean => {
  try {
    command();
    return false;
  } catch {
    return true;
  }
};

describe('npm run start:emulated by itself', { timeout: 180_000 }, () => {
  it('ends with its emulator and its functions when it alone gets SIGINT', async (context) => {
    if (unable(findFirestoreEmulator)) context.skip('there is no Firestore emulator to start');
    if (unable(() => below(process.pid))) context.skip('there is no ps to find the processes by');
    const env = { ...(await createIssuer()).env, PROVIDER: 'rules' };
    const running = await launchScript('local/emulated/start.ts', env);
    onTestFinished(() => running.kill());
    const pid = running.pid ?? 0;
    const all = below(pid);
    const commands = execFileSync('ps', ['-o', 'args=', '-p', all.join(',')], { encoding: 'utf8' });
    expect(commands).toContain('CloudFirestore');
    for (const target of ['submit', 'worker', 'operations']) expect(commands).toContain(`--target=${target}`);
    process.kill(pid, 'SIGINT');
    await expect.poll(() => [pid, ...all].filter(isAlive)).toEqual([]);
    expect(await running.stop()).toBe(0);
  });

  it('says what is missing and ends with 1 where there is no emulator', async () => {
    const nothing = mkdtempSync(join(tmpdir(), 'nothing-'));
    const child = spawn(process.execPath, ['local/emulated/start.ts'], {
      env: { PATH: nothing, HOME: nothing, PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
      rmSync(nothing, { recursive: true });
    });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).toBe(1);
    // A jar in one of the usual places is found without PATH and HOME; Java is not.
    expect(said).toMatch(
      /^(No Firestore emulator: `gcloud components install|The Firestore emulator needs Java)/,
    );
    expect(said).not.toMatch(/^\s+at /m);
  });
});

import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { accessOf } from '../../local/emulated/front-end.ts';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { parseConfig, type Target } from '../../shared/config.ts';
import { environment } from '../../shared/environment.ts';
import { environmentOf, readCloudBuild } from './cloudbuild.ts';
import { type Call, flag, StandInCloud, starting } from './scripts.ts';

const build = readCloudBuild();
const scripts = build.steps.filter((step) => step.args[0]?.startsWith('scripts/deploy/'));

/** Runs every script step in the file's order, but for the smoke test: nothing answers here. */
function deploy(cloud: StandInCloud, overrides: Record<string, string> = {}): Map<string, Call[]> {
  const env = environmentOf(build, overrides);
  return new Map(
    scripts.filter(({ id }) => id !== 'smoke').map((step) => [step.id, cloud.run(step.args, env)]),
  );
}
const deployOf = (calls: Map<string, Call[]>, target: Target): Call => {
  const [call] = starting(calls.get(target) ?? [], 'gcloud', 'run', 'deploy');
  if (call === undefined) throw new Error(`${target} was not deployed`);
  return call;
};
const variablesOf = (call: Call): Record<string, string> => {
  const [, separator = '', text = ''] = /^\^(.)\^(.*)$/.exec(flag(call, 'set-env-vars') ?? '') ?? [];
  const secrets = flag(call, 'set-secrets')?.split('=')[0];
  return {
    ...Object.fromEntries(text.split(separator).map((pair) => pair.split(/=(.*)/).slice(0, 2))),
    ...(secrets !== undefined && { [secrets]: 'from-secret-manager' }),
    K_SERVICE: 'service',
  };
};
/** Ids of the steps that have ended whenever `id` starts. */
const before = (id: string): Set<string> => {
  const index = build.steps.findIndex((step) => step.id === id);
  const direct = build.steps[index]?.waitFor ?? build.steps.slice(0, index).map((step) => step.id);
  return new Set(direct.flatMap((name) => [name, ...before(name)]));
};

const cloud = new StandInCloud();
afterAll(() => cloud.remove());
const first = deploy(cloud);

describe('the order of the steps', () => {
  it('waits only for steps that stand above', () => {
    for (const [index, step] of build.steps.entries()) {
      const above = build.steps.slice(0, index).map(({ id }) => id);
      for (const name of step.waitFor ?? []) expect(above, step.id).toContain(name);
    }
  });

  it.each([
    ['check', ['install']],
    ['test', ['install', 'check']],
    ['build', ['check', 'test']],
    ['worker', ['build', 'firestore', 'queue']],
    ['submit', ['worker', 'operations', 'queue']],
    ['sweep', ['worker']],
    ['hosting', ['submit', 'operations']],
    ['smoke', ['hosting', 'sweep', 'queue', 'firestore']],
  ])('%s comes after %j', (id, earlier) => {
    expect([...before(id)]).toEqual(expect.arrayContaining(earlier));
  });

  it('checks and audits what .ci/run does', () => {
    const check = build.steps.find(({ id }) => id === 'check');
    expect(check?.args).toEqual(['-c', 'npm run check && node scripts/audit.ts']);
  });

  it('fails the test step when the Firestore emulator is missing', () => {
    const step = build.steps.find(({ id }) => id === 'test');
    expect(step?.env).toContain('REQUIRE_FIRESTORE_EMULATOR=1');
    expect(step?.name).toMatch(/-emulators$/);
  });
});

describe('substitutions', () => {
  const settings = readSettings({ PROJECT_ID: 'demo-project' });
  const names = Object.keys(settings);

  it('are the settings, and reach every step as its variables', () => {
    expect(build.options['automapSubstitutions']).toBe('true');
    const own = names.filter((name) => name.startsWith('_'));
    expect(build.substitutions).toEqual(Object.fromEntries(own.map((name) => [name, ''])));
  });

  it.each([
    ['', {}],
    [' that are given', { _REGION: 'europe-west1', _MORE_ENV: 'A=b;C=d' }],
  ])('are the same to the scripts and to TypeScript%s', (_, given) => {
    const script = 'set -a; source scripts/deploy/settings.sh; for n; do npx "$(printenv "$n")"; done';
    const calls = cloud.run(['-c', script, 'settings', ...names], environmentOf(build, given));
    const read = Object.fromEntries(names.map((name, index) => [name, calls[index]?.[1]]));
    expect(read).toEqual({ ...settings, ...given });
    expect(readSettings({ ...environmentOf(build), ...given })).toEqual(read);
  });

  it('that are misspelt stop a build at its first script', () => {
    const misspelt = () =>
      cloud.run(['scripts/deploy/queue.sh'], environmentOf(build, { _REGOIN: 'europe-west1' }));
    expect(misspelt).toThrow('no such setting in scripts/deploy/settings.env: _REGOIN');
  });
});

describe.each(['key', 'vertex', 'none'])('the functions, with Gemini access by %s', (_GEMINI_ACCESS) => {
  const calls = deploy(cloud, { _GEMINI_ACCESS });

  it.each(['worker', 'submit', 'operations'] as const)(
    '%s starts with the variables it is given',
    (target) => {
      const variables = variablesOf(deployOf(calls, target));
      const config = parseConfig(variables, target);
      expect(config.store).toEqual({ kind: 'firestore', project: 'demo-project', database: '(default)' });
      expect(config.oidc.development).toBe(false);
      if (target !== 'operations') {
        expect(config.provider.kind).toBe(_GEMINI_ACCESS === 'none' ? 'rules' : 'gemini');
      }
      const { K_SERVICE: _, ...own } = variables;
      expect(Object.keys(environment(true).shape)).toEqual(expect.arrayContaining(Object.keys(own)));
    },
  );

  it('gives the key to those that call the provider, and to no other', () => {
    const expected = _GEMINI_ACCESS === 'key' ? 'GEMINI_API_KEY=gemini-api-key:latest' : undefined;
    expect(flag(deployOf(calls, 'worker'), 'set-secrets')).toBe(expected);
    expect(flag(deployOf(calls, 'submit'), 'set-secrets')).toBe(expected);
    expect(deployOf(calls, 'operations')).toContain('--clear-secrets');
  });
});

describe('the deployed functions', () => {
  const worker = deployOf(first, 'worker');
  const config = parseConfig(variablesOf(worker), 'worker');

  it.each(['worker', 'submit', 'operations'] as const)('%s runs on Node 24 as its own account', (target) => {
    const call = deployOf(first, target);
    expect(flag(call, 'function')).toBe(target);
    expect(flag(call, 'base-image')).toBe('nodejs24');
    expect(flag(call, 'execution-environment')).toBe('gen2');
    expect(flag(call, 'source')).toBe('dist');
    expect(flag(call, 'service-account')).toBe(`tamil-${target}@demo-project.iam.gserviceaccount.com`);
  });

  it('keeps the worker inside the project, and leaves every token to the code', () => {
    expect(flag(worker, 'ingress')).toBe('internal');
    for (const target of ['worker', 'submit', 'operations'] as const) {
      expect(deployOf(first, target)).toContain('--no-invoker-iam-check');
      expect(flag(deployOf(first, target), 'ingress')).toBe(accessOf(readSettings({}), target).ingress);
    }
    expect([...first.values()].flat().join(' ')).not.toMatch(/allUsers|run\.invoker/);
  });

  it('lets an attempt end before the request does', () => {
    expect(Number(flag(worker, 'timeout')) * 1000).toBeGreaterThan(config.attemptTimeoutMs);
    expect(Number(flag(deployOf(first, 'submit'), 'timeout'))).toBeGreaterThanOrEqual(60);
    expect(Number(flag(deployOf(first, 'submit'), 'timeout')) * 1000).toBeGreaterThan(config.syncTimeoutMs);
  });

  it('agrees with the code on its defaults', () => {
    const defaults = environment(true).parse({});
    expect(readSettings({})).toMatchObject({
      _GEMINI_MODELS: defaults.GEMINI_MODELS.join(','),
      _WORKER_ATTEMPT_TIMEOUT_MS: String(defaults.WORKER_ATTEMPT_TIMEOUT_MS),
      _WORKER_MAX_ATTEMPTS: String(defaults.WORKER_MAX_ATTEMPTS),
      _OIDC_TENANT_CLAIM: defaults.OIDC_TENANT_CLAIM,
    });
  });

  it('has a queue that outlasts our own attempts and never outruns the worker', () => {
    const [queue = []] = starting(first.get('queue') ?? [], 'gcloud', 'tasks', 'queues', 'create');
    expect(queue).toContain(variablesOf(worker)['TASKS_QUEUE']);
    expect(Number(flag(queue, 'max-attempts'))).toBeGreaterThan(config.maxAttempts);
    expect(Number(flag(queue, 'max-concurrent-dispatches'))).toBe(
      Number(flag(worker, 'concurrency')) * Number(flag(worker, 'max-instances')),
    );
  });

  it('sweeps every minute at the address and with the identity that the worker verifies', () => {
    const [job = []] = starting(first.get('sweep') ?? [], 'gcloud', 'scheduler', 'jobs', 'create', 'http');
    expect(flag(job, 'schedule')).toBe('* * * * *');
    expect(flag(job, 'uri')).toBe(`${config.worker?.oidc.audience}/tasks/sweep`);
    expect(flag(job, 'oidc-token-audience')).toBe(config.worker?.oidc.audience);
    expect(flag(job, 'oidc-service-account-email')).toBe(config.worker?.email);
    expect(config.worker?.oidc.audience).toBe('https://worker-123456789012.asia-south1.run.app');
  });
});

describe('a second run', () => {
  it('sets what is there and creates nothing', () => {
    const again = [...deploy(cloud).values()].flat();
    expect(again.filter((call) => call.includes('create'))).toEqual([]);
    expect(starting(again, 'gcloud', 'tasks', 'queues', 'update')).toHaveLength(1);
    expect(starting(again, 'gcloud', 'scheduler', 'jobs', 'update', 'http')).toHaveLength(1);
  });

  it('differs from the first in nothing but the verb', () => {
    const verbless = (calls: Call[]) =>
      calls.map((call) =>
        call.map((word) => word.replace(/^(create|update)$/, 'set').replace('--update-headers', '--headers')),
      );
    const again = deploy(cloud);
    for (const id of ['queue', 'worker', 'submit', 'operations', 'sweep']) {
      expect(verbless(again.get(id) ?? []), id).toEqual(verbless(first.get(id) ?? []));
    }
  });
});

describe('by hand', () => {
  it.each(['function.sh worker', 'function.sh submit', 'sweep.sh'])(
    '%s deploys nothing where the project cannot be looked up',
    (command) => {
      const without = new StandInCloud();
      onTestFinished(() => without.remove());
      const run = () => without.run(`scripts/deploy/${command}`.split(' '), { NO_PROJECT: 'yes' });
      expect(run).toThrow();
      expect(without.calls().map((call) => call.slice(0, 3))).toEqual([['gcloud', 'projects', 'describe']]);
    },
  );
});

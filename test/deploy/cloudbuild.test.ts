import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { accessOf } from '../../local/emulated/front-end.ts';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { parseConfig, type Target } from '../../shared/config.ts';
import { environment } from '../../shared/environment.ts';
import { type CloudBuild, environmentOf, readCloudBuild } from './cloudbuild.ts';
import { type Call, flag, root, StandInCloud, starting } from './scripts.ts';

const build = readCloudBuild('cloudbuild.yaml');
const deployment = readCloudBuild('cloudbuild.deploy.yaml');
const _IMAGE = `asia-south1-docker.pkg.dev/demo-project/tamil/functions@sha256:${'0'.repeat(64)}`;
/** But for those that ask what answers, which release.test.ts and analysis.test.ts run. */
const scripts = deployment.steps.filter(
  ({ id, args }) =>
    args[0]?.startsWith('scripts/deploy/') && !['candidate', 'analysis', 'release', 'page'].includes(id),
);

/** Runs every script step in the file's order. */
function deploy(cloud: StandInCloud, overrides: Record<string, string> = {}): Map<string, Call[]> {
  const env = environmentOf(deployment, { _IMAGE, ...overrides });
  return new Map(scripts.map((step) => [step.id, cloud.run(step.args, env)]));
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
const before = ({ steps }: CloudBuild, id: string): Set<string> => {
  const index = steps.findIndex((step) => step.id === id);
  const direct = steps[index]?.waitFor ?? steps.slice(0, index).map((step) => step.id);
  return new Set(
    direct.flatMap((name) => (name === '-' ? [] : [name, ...before({ steps } as CloudBuild, name)])),
  );
};

const cloud = new StandInCloud();
afterAll(() => cloud.remove());
const first = deploy(cloud);
const again = deploy(cloud);

describe('the order of the steps', () => {
  it('waits only for steps that stand above', () => {
    for (const { steps } of [build, deployment]) {
      for (const [index, step] of steps.entries()) {
        const above = ['-', ...steps.slice(0, index).map(({ id }) => id)];
        for (const name of step.waitFor ?? []) expect(above, step.id).toContain(name);
      }
    }
  });

  it.each([
    [build, 'check', ['install']],
    [build, 'test', ['install', 'check']],
    [build, 'build', ['check', 'test']],
    [build, 'image', ['test', 'build']],
    [deployment, 'firestore', ['tools']],
    [deployment, 'candidate', ['worker', 'submit', 'operations', 'indexes', 'firestore', 'queue']],
    [deployment, 'analysis', ['candidate', 'packages']],
    [deployment, 'hosting', ['analysis', 'page', 'tools']],
    [deployment, 'sweep', ['analysis']],
    [deployment, 'release', ['analysis', 'hosting', 'sweep']],
  ])('%#: %s comes after %j', (file, id, earlier) => {
    expect([...before(file, id)]).toEqual(expect.arrayContaining(earlier));
  });

  it('tests as an account that cannot deploy, and runs only scripts as the one that can, none of a package’s', () => {
    expect([build.serviceAccount, deployment.serviceAccount]).toEqual(['builder', 'deployer']);
    const commands = deployment.steps.map(({ entrypoint, args }) => `${entrypoint} ${args.join(' ')}`);
    for (const command of commands)
      expect(command).toMatch(/^bash scripts\/deploy\/\w+\.sh|^npm ci .*--ignore-scripts/);
  });

  it('runs in images of one exact version each, and deploys on the one that was tested on', () => {
    const base =
      /^FROM (\S+)/m.exec(readFileSync(join(root, 'scripts/deploy/Dockerfile'), 'utf8'))?.[1] ?? '';
    const images = [base, ...[...build.steps, ...deployment.steps].map(({ name }) => name)];
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+(-[\w-]+)?(@sha256:[0-9a-f]{64})?$/);
    const versions = new Set(images.map((image) => image.replace(/@.*/, '')));
    expect(new Set(images).size).toBe(versions.size);
    expect(base).toBe(build.steps.find(({ id }) => id === 'check')?.name);
    expect(base).toContain(
      `node:${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node}-`,
    );
  });

  it('checks and audits what .ci/run does', () => {
    const check = build.steps.find(({ id }) => id === 'check');
    expect(check?.args).toEqual(['-c', 'npm run check && node scripts/audit.ts']);
  });

  it('fails the test step when the Firestore emulator is missing', () => {
    const step = build.steps.find(({ id }) => id === 'test');
    expect(step?.env).toContain('REQUIRE_FIRESTORE_EMULATOR=1');
    expect(step?.name).toMatch(/-emulators(@|$)/);
  });
});

describe('substitutions', () => {
  const settings = readSettings({ PROJECT_ID: 'demo-project' });
  const names = Object.keys(settings);

  it('are settings, every one of them, and reach every step as its variables', () => {
    for (const { options } of [build, deployment]) expect(options['automapSubstitutions']).toBe('true');
    const own = names.filter((name) => name.startsWith('_'));
    expect({ ...build.substitutions, ...deployment.substitutions }).toEqual(
      Object.fromEntries(own.map((name) => [name, ''])),
    );
  });

  it.each([
    ['', {}],
    [' that are given', { _REGION: 'europe-west1', _MORE_ENV: 'A=b;C=d' }],
  ])('are the same to the scripts and to TypeScript%s', (_, given) => {
    const script = 'set -a; source scripts/deploy/settings.sh; for n; do docker "$(printenv "$n")"; done';
    const calls = cloud.run(['-c', script, 'settings', ...names], environmentOf(deployment, given));
    const read = Object.fromEntries(names.map((name, index) => [name, calls[index]?.[1]]));
    expect(read).toMatchObject(given);
    expect(Object.values(read).join()).not.toContain('${');
    expect(readSettings({ ...environmentOf(deployment), ...given })).toEqual(read);
  });

  it('that are misspelt stop a build at its first script', () => {
    const misspelt = () =>
      cloud.run(['scripts/deploy/queue.sh'], environmentOf(deployment, { _REGOIN: 'europe-west1' }));
    expect(misspelt).toThrow('no such setting in scripts/deploy/settings.env: _REGOIN');
  });
});

describe.each(['key', 'vertex', 'none'])('the functions, with Gemini access by %s', (_GEMINI_ACCESS) => {
  const calls =
    _GEMINI_ACCESS === readSettings({})['_GEMINI_ACCESS'] ? first : deploy(cloud, { _GEMINI_ACCESS });

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
      const { K_SERVICE: _, FUNCTION_TARGET: __, ...own } = variables;
      expect(Object.keys(environment(true).shape)).toEqual(expect.arrayContaining(Object.keys(own)));
    },
  );

  it('gives the key to those that call the provider, and to no other', () => {
    const expected = _GEMINI_ACCESS === 'key' ? 'GEMINI_API_KEY=gemini-api-key:1' : undefined;
    expect(flag(deployOf(calls, 'worker'), 'set-secrets')).toBe(expected);
    expect(flag(deployOf(calls, 'submit'), 'set-secrets')).toBe(expected);
    expect(deployOf(calls, 'operations')).toContain('--clear-secrets');
  });
});

describe('the deployed functions', () => {
  const worker = deployOf(first, 'worker');
  const config = parseConfig(variablesOf(worker), 'worker');

  it.each(['worker', 'submit', 'operations'] as const)(
    '%s runs from the one image as its own account',
    (target) => {
      const call = deployOf(first, target);
      expect(variablesOf(call)['FUNCTION_TARGET']).toBe(target);
      expect(flag(call, 'image')).toBe(_IMAGE);
      expect(flag(call, 'tag')).toBe('candidate');
      expect(flag(call, 'execution-environment')).toBe('gen2');
      expect(flag(call, 'service-account')).toBe(`tamil-${target}@demo-project.iam.gserviceaccount.com`);
    },
  );

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
    const calls = [...again.values()].flat();
    expect(calls.filter((call) => call.includes('create'))).toEqual([]);
    expect(starting(calls, 'gcloud', 'tasks', 'queues', 'update')).toHaveLength(1);
    expect(starting(calls, 'gcloud', 'scheduler', 'jobs', 'update', 'http')).toHaveLength(1);
  });

  it('differs from the first in nothing but the verb', () => {
    const verbless = (calls: Call[]) =>
      calls.map((call) =>
        call.map((word) => word.replace(/^(create|update)$/, 'set').replace('--update-headers', '--headers')),
      );
    for (const id of ['queue', 'worker', 'submit', 'operations', 'sweep']) {
      expect(verbless(again.get(id) ?? []), id).toEqual(verbless(first.get(id) ?? []));
    }
  });
});

describe('by hand', () => {
  it.each(['', 'asia-south1-docker.pkg.dev/demo-project/tamil/functions:latest'])(
    'function.sh deploys no image but by its digest: "%s"',
    (image) => {
      const run = () => cloud.run(['scripts/deploy/function.sh', 'worker'], { _IMAGE: image });
      expect(run).toThrow('_IMAGE must name an image by its digest');
    },
  );

  it('function.sh deploys nothing where nobody can say whether a revision serves', () => {
    const before = cloud.calls().length;
    const run = () => cloud.run(['scripts/deploy/function.sh', 'worker'], { _IMAGE, NO_RUN: 'yes' });
    expect(run).toThrow();
    expect(starting(cloud.calls().slice(before), 'gcloud', 'run', 'deploy')).toEqual([]);
  });

  it.each(['function.sh worker', 'function.sh submit', 'sweep.sh'])(
    '%s deploys nothing where the project cannot be looked up',
    (command) => {
      const without = new StandInCloud();
      onTestFinished(() => without.remove());
      const run = () => without.run(`scripts/deploy/${command}`.split(' '), { NO_PROJECT: 'yes', _IMAGE });
      expect(run).toThrow();
      expect(without.calls().map((call) => call.slice(0, 3))).toEqual([['gcloud', 'projects', 'describe']]);
    },
  );
});

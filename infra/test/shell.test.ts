import { afterAll, describe, expect, it } from 'vitest';
import { type Call, flag, flagsOf, StandInCloud, starting } from '../../test/deploy/scripts.ts';
import { byProgram, IMAGE, PROJECT } from './by-program.ts';
import { type Made, ofType } from './stack.ts';

/** Both ways run with the same settings: the scripts against a stand-in for gcloud, the program under mocks. */
const OTHER = {
  _WORKER_CONCURRENCY: '7',
  _SUBMIT_MAX_INSTANCES: '33',
  _MORE_ENV: 'LOG_LEVEL=debug;CORS_ORIGINS=https://a.example',
};
const WAYS = {
  'by default': {},
  'with other settings': OTHER,
  'with Vertex AI': { _GEMINI_ACCESS: 'vertex' },
  'without a model': { _GEMINI_ACCESS: 'none' },
};

const cloud = new StandInCloud();
afterAll(() => cloud.remove());

function byScripts(settings: Record<string, string>): Call[] {
  const env = { GEMINI_API_KEY: 'a-key', _IMAGE: IMAGE, ...settings };
  const run = (...args: string[]) =>
    cloud.run(
      args.map((arg, at) => (at === 0 ? `scripts/deploy/${arg}` : arg)),
      env,
    );
  const functions = ['worker', 'operations', 'submit'].flatMap((name) => run('function.sh', name));
  return [...run('bootstrap.sh'), ...run('queue.sh'), ...functions, ...run('sweep.sh')];
}

/** `account: role on what`, sorted, each once. */
function grantsOfScripts(calls: readonly Call[]): string[] {
  const grants = calls
    .filter((call) => call.includes('add-iam-policy-binding'))
    .map((call) => {
      const what = call[call.indexOf('add-iam-policy-binding') + 1]
        ?.replace(/^gs:\/\//, '')
        .replace(/@.*/, '');
      return `${flag(call, 'member')?.replace('serviceAccount:', '')}: ${flag(call, 'role')} on ${what}`;
    });
  return [...new Set(grants)].sort();
}

function grantsOfProgram(all: readonly Made[]): string[] {
  return all
    .filter(({ type }) => /IamMember|IAMMember/.test(type))
    .map(({ inputs }) => {
      const { member, role, serviceAccountId, bucket, repository, secretId, name, project } = inputs;
      const account = serviceAccountId?.split('/').at(-1).replace(/@.*/, '');
      return `${member.replace('serviceAccount:', '')}: ${role} on ${account ?? bucket ?? repository ?? secretId ?? name ?? project}`;
    })
    .sort();
}

describe.each(Object.entries(WAYS))('the scripts and the program agree %s', async (_, settings) => {
  const calls = byScripts(settings);
  const all = await byProgram(settings);
  const one = (type: string) => ofType(all, type)[0]?.inputs;

  it('on roles', () => {
    expect(grantsOfProgram(all)).toEqual(grantsOfScripts(calls));
  });

  it('on accounts', () => {
    const created = starting(calls, 'gcloud', 'iam', 'service-accounts', 'create').map((call) => call[4]);
    const accounts = ofType(all, 'serviceaccount/account:Account').map(({ inputs }) => inputs.accountId);
    // A second round of the scripts finds them made.
    if (created.length > 0) expect(accounts.sort()).toEqual(created.sort());
    expect(accounts).toHaveLength(6);
  });

  it('on the queue', () => {
    const [call = []] = [
      ...starting(calls, 'gcloud', 'tasks', 'queues', 'create'),
      ...starting(calls, 'gcloud', 'tasks', 'queues', 'update'),
    ];
    expect(one('cloudtasks/queue:Queue')).toEqual({
      project: PROJECT,
      name: call[4],
      location: flag(call, 'location'),
      retryConfig: {
        maxAttempts: Number(flag(call, 'max-attempts')),
        minBackoff: flag(call, 'min-backoff'),
        maxBackoff: flag(call, 'max-backoff'),
        maxDoublings: Number(flag(call, 'max-doublings')),
      },
      rateLimits: {
        maxConcurrentDispatches: Number(flag(call, 'max-concurrent-dispatches')),
        maxDispatchesPerSecond: Number(flag(call, 'max-dispatches-per-second')),
      },
      deletionPolicy: 'PREVENT',
    });
    expect(flagsOf(call)).toEqual([
      'max-attempts',
      'max-backoff',
      'max-concurrent-dispatches',
      'max-dispatches-per-second',
      'max-doublings',
      'min-backoff',
    ]);
  });

  it('on the schedule', () => {
    const [call = []] = calls.filter(
      (words) => words[1] === 'scheduler' && flag(words, 'schedule') !== undefined,
    );
    const [type, content = ''] = (flag(call, 'headers') ?? flag(call, 'update-headers') ?? '').split('=');
    expect(one('cloudscheduler/job:Job')).toEqual({
      project: PROJECT,
      region: flag(call, 'location'),
      name: call[5],
      schedule: flag(call, 'schedule'),
      timeZone: flag(call, 'time-zone'),
      attemptDeadline: flag(call, 'attempt-deadline'),
      retryConfig: { retryCount: Number(flag(call, 'max-retry-attempts')) },
      httpTarget: {
        uri: flag(call, 'uri'),
        httpMethod: flag(call, 'http-method'),
        headers: { [type ?? '']: content },
        body: Buffer.from(flag(call, 'message-body') ?? '').toString('base64'),
        oidcToken: {
          serviceAccountEmail: flag(call, 'oidc-service-account-email'),
          audience: flag(call, 'oidc-token-audience'),
        },
      },
    });
    expect(flagsOf(call)).toEqual([
      'attempt-deadline',
      'headers',
      'http-method',
      'max-retry-attempts',
      'message-body',
      'oidc-service-account-email',
      'oidc-token-audience',
      'schedule',
      'time-zone',
      'uri',
    ]);
  });

  it.each(['worker', 'operations', 'submit'])('on the service %s', (target) => {
    const [call = []] = starting(calls, 'gcloud', 'run', 'deploy', target);
    const { inputs } = ofType(all, 'cloudrunv2/service:Service').find(({ name }) => name === target) ?? {
      inputs: {},
    };
    const { template, traffics, ...service } = inputs;
    const { revision, containers, ...ofTemplate } = template;
    const [{ envs, ...container }] = containers;
    expect(traffics).toEqual([expect.objectContaining({ revision, tag: flag(call, 'tag') })]);
    expect({ ...service, ...ofTemplate, ...container }).toEqual({
      project: PROJECT,
      deletionProtection: true,

      name: call[3],
      location: flag(call, 'region'),
      image: flag(call, 'image'),
      serviceAccount: flag(call, 'service-account'),
      executionEnvironment: { gen2: 'EXECUTION_ENVIRONMENT_GEN2' }[flag(call, 'execution-environment') ?? ''],
      resources: {
        limits: { cpu: flag(call, 'cpu'), memory: flag(call, 'memory') },
        cpuIdle: call.includes('--cpu-throttling'),
        startupCpuBoost: call.includes('--cpu-boost'),
      },
      invokerIamDisabled: call.includes('--no-invoker-iam-check'),
      ingress: INGRESS[flag(call, 'ingress') ?? ''],
      timeout: `${flag(call, 'timeout')}s`,
      maxInstanceRequestConcurrency: Number(flag(call, 'concurrency')),
      scaling: {
        minInstanceCount: Number(flag(call, 'min-instances')),
        maxInstanceCount: Number(flag(call, 'max-instances')),
      },
    });
    expect(flagsOf(call).filter((name) => !/^(set|clear)-/.test(name))).toEqual([
      'concurrency',
      'cpu',
      'cpu-boost',
      'cpu-throttling',
      'execution-environment',
      'image',
      'ingress',
      'max-instances',
      'memory',
      'min-instances',
      'no-invoker-iam-check',
      'service-account',
      'tag',
      'timeout',
    ]);
    const variables =
      flag(call, 'set-env-vars')
        ?.replace(/^\^;\^/, '')
        .split(';') ?? [];
    const secret = flag(call, 'set-secrets');
    expect(envs.map(written)).toEqual([...variables, ...(secret === undefined ? [] : [secret])]);
  });
});

/** A variable as gcloud's flags write it. */
const written = (env: {
  name: string;
  value?: string;
  valueSource?: { secretKeyRef: { secret: string; version: string } };
}) => {
  const ref = env.valueSource?.secretKeyRef;
  return `${env.name}=${ref === undefined ? env.value : `${ref.secret}:${ref.version}`}`;
};

const INGRESS: Record<string, string> = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
};

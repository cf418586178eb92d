import { afterAll, describe, expect, it } from 'vitest';
import { type Call, flag, StandInCloud, starting } from '../../test/deploy/scripts.ts';
import { type Made, made, ofType, stackFile, withSettings } from './stack.ts';

/** Both ways run with the same settings: the scripts against a stand-in for gcloud, the program under mocks. */
const PROJECT = 'demo-project';
const IMAGE = `asia-south1-docker.pkg.dev/${PROJECT}/tamil/functions@sha256:${'a'.repeat(64)}`;
const OTHER = {
  _WORKER_CONCURRENCY: '7',
  _SUBMIT_MAX_INSTANCES: '33',
  _MORE_ENV: 'LOG_LEVEL=debug;CORS_ORIGINS=https://a.example',
};
const WAYS = {
  'by default': {},
  'with other settings': OTHER,
  'with Vertex AI': { _GEMINI_ACCESS: 'vertex' },
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

function byProgram(settings: Record<string, string>): Promise<Made[]> {
  const { 'tamil:settings': _, 'tamil:imageReaders': __, ...config } = stackFile('staging');
  return made(withSettings({ ...config, 'gcp:project': PROJECT, 'tamil:image': IMAGE }, settings));
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
    const { name, location, retryConfig, rateLimits } = one('cloudtasks/queue:Queue');
    expect([name, location]).toEqual([call[4], flag(call, 'location')]);
    expect({ ...retryConfig, ...rateLimits }).toEqual({
      maxAttempts: Number(flag(call, 'max-attempts')),
      minBackoff: flag(call, 'min-backoff'),
      maxBackoff: flag(call, 'max-backoff'),
      maxDoublings: Number(flag(call, 'max-doublings')),
      maxConcurrentDispatches: Number(flag(call, 'max-concurrent-dispatches')),
      maxDispatchesPerSecond: Number(flag(call, 'max-dispatches-per-second')),
    });
  });

  it('on the schedule', () => {
    const [call = []] = calls.filter(
      (words) => words[1] === 'scheduler' && flag(words, 'schedule') !== undefined,
    );
    const job = one('cloudscheduler/job:Job');
    expect(job).toMatchObject({
      name: call[5],
      schedule: flag(call, 'schedule'),
      timeZone: flag(call, 'time-zone'),
      attemptDeadline: flag(call, 'attempt-deadline'),
      retryConfig: { retryCount: Number(flag(call, 'max-retry-attempts')) },
      httpTarget: {
        uri: flag(call, 'uri'),
        httpMethod: flag(call, 'http-method'),
        body: Buffer.from(flag(call, 'message-body') ?? '').toString('base64'),
        oidcToken: {
          serviceAccountEmail: flag(call, 'oidc-service-account-email'),
          audience: flag(call, 'oidc-token-audience'),
        },
      },
    });
  });

  it.each(['worker', 'operations', 'submit'])('on the service %s', (target) => {
    const [call = []] = starting(calls, 'gcloud', 'run', 'deploy', target);
    const { inputs } = ofType(all, 'cloudrunv2/service:Service').find(({ name }) => name === target) ?? {
      inputs: {},
    };
    const [container] = inputs.template.containers;
    expect(serviceOfProgram(inputs)).toEqual({
      name: call[3],
      region: flag(call, 'region'),
      image: flag(call, 'image'),
      account: flag(call, 'service-account'),
      memory: flag(call, 'memory'),
      cpu: flag(call, 'cpu'),
      boost: call.includes('--cpu-boost'),
      generation: flag(call, 'execution-environment'),
      unchecked: call.includes('--no-invoker-iam-check'),
      ingress: flag(call, 'ingress'),
      timeout: `${flag(call, 'timeout')}s`,
      concurrency: Number(flag(call, 'concurrency')),
      instances: [Number(flag(call, 'min-instances')), Number(flag(call, 'max-instances'))],
    });
    const variables =
      flag(call, 'set-env-vars')
        ?.replace(/^\^;\^/, '')
        .split(';') ?? [];
    const secret = flag(call, 'set-secrets');
    expect(container.envs.map(written)).toEqual([...variables, ...(secret === undefined ? [] : [secret])]);
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
  INGRESS_TRAFFIC_ALL: 'all',
  INGRESS_TRAFFIC_INTERNAL_ONLY: 'internal',
};

function serviceOfProgram({ name, location, ingress, invokerIamDisabled, template }: Made['inputs']) {
  const [{ image, resources }] = template.containers;
  return {
    name,
    region: location,
    image,
    account: template.serviceAccount,
    memory: resources.limits.memory,
    cpu: resources.limits.cpu,
    boost: resources.startupCpuBoost,
    generation: template.executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2' ? 'gen2' : 'gen1',
    unchecked: invokerIamDisabled,
    ingress: INGRESS[ingress],
    timeout: template.timeout,
    concurrency: template.maxInstanceRequestConcurrency,
    instances: [template.scaling.minInstanceCount, template.scaling.maxInstanceCount],
  };
}

describe('the scripts and the program agree', async () => {
  const calls = new StandInCloud();
  afterAll(() => calls.remove());
  const bootstrap = calls.run(['scripts/deploy/bootstrap.sh'], {
    GEMINI_API_KEY: 'a-key',
    _GEMINI_ACCESS: 'key',
  });
  const all = await byProgram({ _OIDC_ISSUER: `https://securetoken.google.com/${PROJECT}` });
  const one = (type: string) => ofType(all, type)[0]?.inputs;

  it('on the APIs, but for those that only the program needs', () => {
    const enabled = starting(bootstrap, 'gcloud', 'services', 'enable').flatMap((call) =>
      call.filter((word) => word.endsWith('.googleapis.com')),
    );
    const own = ['billingbudgets', 'logging', 'monitoring'].map((name) => `${name}.googleapis.com`);
    const services = ofType(all, 'projects/service:Service').map(({ inputs }) => inputs.service);
    expect(services.sort()).toEqual([...enabled, ...own].sort());
  });

  it('on names, places and what is kept how long', () => {
    const [database = []] = starting(bootstrap, 'gcloud', 'firestore', 'databases', 'create');
    expect(one('firestore/database:Database')).toMatchObject({
      name: flag(database, 'database'),
      locationId: flag(database, 'location'),
    });
    const [bucket = []] = starting(bootstrap, 'gcloud', 'storage', 'buckets', 'create');
    expect(`gs://${one('storage/bucket:Bucket').name}`).toBe(bucket[4]);
    expect(one('storage/bucket:Bucket').lifecycleRules).toEqual([
      { action: { type: 'Delete' }, condition: { age: 30 } },
    ]);
    const [images = []] = starting(bootstrap, 'gcloud', 'artifacts', 'repositories', 'create');
    expect(one('artifactregistry/repository:Repository')).toMatchObject({
      repositoryId: images[4],
      cleanupPolicies: [
        { id: 'keep-the-newest', action: 'KEEP', mostRecentVersions: { keepCount: 20 } },
        { id: 'delete-the-old', action: 'DELETE', condition: { olderThan: `${90 * 86_400}s` } },
      ],
    });
    const [secret = []] = starting(bootstrap, 'gcloud', 'secrets', 'create');
    expect(one('secretmanager/secret:Secret').secretId).toBe(secret[3]);
    const [schedule = []] = starting(bootstrap, 'gcloud', 'firestore', 'backups', 'schedules', 'create');
    expect(flag(schedule, 'retention')).toBe(
      `${Number.parseInt(one('firestore/backupSchedule:BackupSchedule').retention, 10) / 604_800}w`,
    );
  });

  it('on Firebase Authentication', () => {
    expect(bootstrap.filter((call) => call.join().includes('initializeAuth'))).toHaveLength(1);
    expect(one('identityplatform/config:Config')).toBeDefined();
  });
});

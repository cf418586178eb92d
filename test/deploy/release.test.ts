import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { type CandidateWorker, startCandidateWorker } from './candidate-worker.ts';
import { GoogleCloud, type Served } from './google-cloud.ts';
import { gcloudSdk, type WarmGcloud, warmGcloud } from './warm-gcloud.ts';

const IMAGE = 'asia-south1-docker.pkg.dev/demo-project/tamil/functions@sha256:';
const image = (version: number) => IMAGE + String(version).repeat(64);
const FUNCTIONS = ['worker', 'operations', 'submit'] as const;
const ENV = {
  SITE: 'http://site.test',
  WORKER: 'http://worker.run.test',
  RETRIES: '0',
  TRIES: '2',
  PAUSE: '0',
};

type Serve = ConstructorParameters<typeof GoogleCloud>[0]['serve'];
/** What whole functions answer. */
const whole: Serve = (_, { path, from }): Served => {
  if (from === 'site' && path === '/') return { status: 200, type: 'text/html' };
  if (from === 'queue' || path === '/v1/health' || path === '/v1/ready') return { status: 200 };
  return { status: /^\/v1\/(proofread|essay-critique|operations\/|admin\/)/.test(path) ? 401 : 404 };
};
/** The same, but for those of version 2, which `broken` answers. */
const brokenSecond =
  (broken: (request: Parameters<Serve>[1]) => Served | undefined): Serve =>
  (of, request) =>
    (of === image(2) ? broken(request) : undefined) ?? whole(of, request);

let gcloud: WarmGcloud;
beforeAll(async () => {
  if (gcloudSdk !== undefined) gcloud = await warmGcloud();
});
afterAll(() => gcloud?.end());

const open = (serve: Serve = whole): Promise<GoogleCloud> => {
  const rewrites = (path: string) => (/^\/v1\/(proofread|essay|admin)/.test(path) ? 'submit' : 'operations');
  return new GoogleCloud({ gcloud, serve, rewrites }).start();
};
/** Version 1 serves, and version 2 is its candidate. */
function putCandidate(cloud: GoogleCloud): void {
  for (const name of FUNCTIONS)
    cloud.run.put(
      name,
      [image(1), image(2)],
      [
        { revisionName: `${name}-1`, percent: 100 },
        { revisionName: `${name}-2`, tag: 'candidate' },
      ],
    );
}
const step = (cloud: GoogleCloud, script: string, version: number, more: Record<string, string> = {}) =>
  cloud.script(`scripts/deploy/${script}`.split(' '), {
    ...ENV,
    _IMAGE: image(version),
    _GEMINI_ACCESS: 'none',
    ...more,
  });
/** The steps of cloudbuild.deploy.yaml that gcloud makes, and what `worker` is asked, until one fails. */
async function deploy(
  cloud: GoogleCloud,
  version: number,
  worker?: CandidateWorker,
): Promise<{ code: number; output: string }> {
  let output = '';
  const first = ['queue.sh', ...FUNCTIONS.map((target) => `function.sh ${target}`)];
  const asked = worker === undefined ? [] : [['analysis.sh']];
  for (const together of [first, ['candidate.sh'], ...asked, ['sweep.sh'], ['release.sh']]) {
    const BUILD_ID = `build${version}-of-cloud-build`;
    const more: Record<string, string> =
      together === asked[0] ? { ...worker?.env, _GEMINI_ACCESS: 'key', no_proxy: '127.0.0.1' } : { BUILD_ID };
    const ended = await Promise.all(together.map((script) => step(cloud, script, version, more)));
    output += ended.map((one) => one.output).join('');
    if (ended.some(({ code }) => code !== 0)) return { code: 1, output };
  }
  return { code: 0, output };
}
/** The version that serves, of each function. */
const serving = (cloud: GoogleCloud) =>
  FUNCTIONS.map((name) => cloud.run.imageOf(name)?.replace(IMAGE, '')[0]).join('');

describe
  .skipIf(gcloudSdk === undefined)
  .concurrent('a deployment, by the real gcloud', { timeout: 300_000 }, () => {
    it('serves once it is asked: the first one, and one after a rollback, whose traffic is pinned', async () => {
      await using cloud = await open();
      await using worker = noFirestoreEmulator ? undefined : await startCandidateWorker();
      const first = await deploy(cloud, 1, worker);
      expect(first.output).toContain('ok: the worker runs what the queue brings');
      if (worker) expect(first.output).toContain('ok: the candidate worker proofreads, by gemini');
      expect([first.code, serving(cloud)]).toEqual([0, '111']);
      for (const name of FUNCTIONS)
        cloud.run.put(name, [image(1)], [{ revisionName: `${name}-1`, percent: 100 }]);
      const second = await deploy(cloud, 2, worker);
      expect(second.output).not.toContain('FAILED');
      expect([second.code, serving(cloud)]).toEqual([0, '222']);
      if (worker === undefined) return;
      worker.gemini.respondWith(() => ({ error: 404 }));
      const third = await deploy(cloud, 3, worker);
      expect(third.output).toContain('FAILED: the candidate worker proofreads: provider-config-missing');
      expect([third.code, serving(cloud)]).toEqual([1, '222']);
      expect((await worker.store.list({ tenant_id: 'deployment-check', page_size: 1 })).operations).toEqual(
        [],
      );
    });

    it('asks Google for what the settings say', async () => {
      await using cloud = await open();
      await Promise.all([step(cloud, 'queue.sh', 1), step(cloud, 'sweep.sh', 1)]);
      const { output } = await cloud.script(['scripts/deploy/function.sh', 'worker'], { _IMAGE: image(1) });
      expect(output).toContain('has been deployed');
      const [service] = cloud.bodies('asia-south1-run', 'POST', /\/services$/);
      expect(service).toMatchObject({
        metadata: {
          annotations: {
            'run.googleapis.com/ingress': 'internal',
            'run.googleapis.com/invoker-iam-disabled': 'True',
          },
        },
        spec: {
          template: {
            metadata: {
              annotations: {
                'autoscaling.knative.dev/maxScale': '10',
                'run.googleapis.com/execution-environment': 'gen2',
              },
            },
            spec: {
              containerConcurrency: 20,
              timeoutSeconds: 300,
              serviceAccountName: 'tamil-worker@demo-project.iam.gserviceaccount.com',
              containers: [
                {
                  image: image(1),
                  resources: { limits: { cpu: '1', memory: '1Gi' } },
                  env: expect.arrayContaining([
                    { name: 'FUNCTION_TARGET', value: 'worker' },
                    { name: 'GEMINI_MODELS', value: 'gemini-3.8-flash,gemini-3.5-flash-lite' },
                    {
                      name: 'GEMINI_API_KEY',
                      valueFrom: { secretKeyRef: { name: 'gemini-api-key', key: '1' } },
                    },
                  ]),
                },
              ],
            },
          },
        },
      });
      const [queue] = cloud.bodies('cloudtasks', 'POST', /\/queues$/);
      expect(queue).toMatchObject({
        rateLimits: { maxConcurrentDispatches: 200, maxDispatchesPerSecond: 100 },
        retryConfig: { maxAttempts: 15, minBackoff: '2s', maxBackoff: '60s' },
      });
      const [job] = cloud.bodies('cloudscheduler', 'POST', /\/jobs$/);
      const audience = 'https://worker-123456789012.asia-south1.run.app';
      const serviceAccountEmail = 'tamil-invoker@demo-project.iam.gserviceaccount.com';
      expect(job).toMatchObject({
        schedule: '* * * * *',
        attemptDeadline: '55s',
        httpTarget: { uri: `${audience}/tasks/sweep`, oidcToken: { audience, serviceAccountEmail } },
      });
    });

    it('deploys beside what serves, also where the traffic follows the newest revision', async () => {
      await using cloud = await open();
      cloud.run.put('worker', [image(1)], [{ latestRevision: true, percent: 100 }]);
      const { output } = await step(cloud, 'function.sh worker', 2, { BUILD_ID: 'a-build' });
      expect(output).toContain('is serving 0 percent of traffic');
      expect([cloud.run.imageOf('worker'), cloud.run.imageOf('worker', 'candidate')]).toEqual([
        image(1),
        image(2),
      ]);
    });

    it('gives no traffic to a candidate that does not answer as it should', async () => {
      const faults: Record<string, number> = {
        'candidate /v1/ready': 503,
        'candidate /v1/proofread': 200,
        'queue /tasks/run': 401,
        'queue /tasks/sweep': 500,
      };
      await using cloud = await open(
        brokenSecond(({ from, path }) => {
          const status = faults[`${from} ${path}`];
          return status === undefined ? undefined : { status };
        }),
      );
      await step(cloud, 'queue.sh', 2);
      putCandidate(cloud);
      const { code, output } = await step(cloud, 'candidate.sh', 2);
      expect(output.match(/^FAILED: .*/gm)).toEqual([
        'FAILED: the store can be reached: HTTP 503 instead of 200',
        'FAILED: no proofread without a token: HTTP 200 instead of 401',
        'FAILED: the worker runs what the queue brings: UNAUTHENTICATED(16): HTTP status code 401',
        'FAILED: the worker sweeps: UNAUTHENTICATED(16): HTTP status code 500',
      ]);
      expect([code, serving(cloud)]).toEqual([1, '111']);
      // A queue that somebody has paused brings nothing, and is not waited for.
      const place = ['--location=asia-south1', '--project=demo-project', '--quiet'];
      await cloud.script(['gcloud', 'tasks', 'queues', 'pause', 'operations', ...place]);
      const later = await step(cloud, 'candidate.sh', 2);
      expect(later.output).toContain('NOT ASKED: the worker, because the queue is PAUSED');
      expect(later.output).not.toContain('the worker sweeps');
    });

    it('goes back by itself where the whole does not answer', async () => {
      await using cloud = await open(
        brokenSecond(({ from }) => (from === 'site' ? { status: 500 } : undefined)),
      );
      putCandidate(cloud);
      const { code, output } = await step(cloud, 'release.sh', 2);
      expect(output).toMatch(
        /ok: submit is served by submit-2[\s\S]*FAILED: alive[\s\S]*submit is served by submit-1=100 again/,
      );
      expect(output.match(/^FAILED/gm), 'not asked for longer than needed').toHaveLength(1);
      expect([code, serving(cloud)]).toEqual([1, '111']);
    });

    it('goes back by itself where it is interrupted', async () => {
      let interrupts = 0;
      await using cloud = await open(
        brokenSecond(({ from, path }) => {
          if (from === 'site' && path === '/v1/ready' && interrupts++ === 0) cloud.interrupt();
          return undefined;
        }),
      );
      putCandidate(cloud);
      const { code, output } = await step(cloud, 'release.sh', 2);
      expect(interrupts).toBe(1);
      expect(output).toContain('FAILED: interrupted');
      expect([code, serving(cloud)]).toEqual([1, '111']);
    });

    it('does not release what another deployment made meanwhile', async () => {
      await using cloud = await open();
      putCandidate(cloud);
      const others = await Promise.all([
        step(cloud, 'release.sh', 3),
        // Of the same image.
        step(cloud, 'candidate.sh', 2, { BUILD_ID: 'another-build' }),
        step(cloud, 'release.sh', 2, { BUILD_ID: 'another-build' }),
      ]);
      for (const { code, output } of others) {
        expect(output).toContain('worker was deployed by another');
        expect(code).toBe(1);
      }
      expect(serving(cloud)).toBe('111');
    });
  });

import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { operationsRoutes } from '../../functions/operations.ts';
import { submitRoutes } from '../../functions/submit.ts';
import { workerRoutes } from '../../functions/worker.ts';
import { firebaseConfig } from '../../scripts/deploy/firebase-config.ts';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { ASSET_CACHING, FIREBASE_AUTHENTICATION, PAGE_CACHING, securityHeaders } from '../../web/headers.ts';
import { runtimeToList } from '../support/kinds-with.ts';
import { root, StandInCloud } from './scripts.ts';

const config = JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8'));
const cloud = new StandInCloud();
afterAll(() => cloud.remove());

/** The service that Hosting sends a path to: the first rewrite that matches. */
const serviceFor = (path: string): string | undefined =>
  config.hosting.rewrites.find(
    ({ source }: { source: string }) => matchesGlob(path, source) || source === '**',
  )?.run.serviceId;

describe('Hosting', () => {
  it.each([
    ['/v1/proofread', 'submit'],
    ['/v1/essay-critique', 'submit'],
    ['/v1/admin/integrations/an-integration.1_2/certifications', 'submit'],
    ['/v1/operations', 'operations'],
    ['/v1/operations/0198b3c8-0000-8000-8000-000000000000', 'operations'],
    ['/v1/operations/0198b3c8-0000-8000-8000-000000000000/cancel', 'operations'],
    ['/v1/health', 'operations'],
    ['/v1/ready', 'operations'],
    ['/v1/openapi.json', 'operations'],
    ['/config.json', 'operations'],
    ['/v1/proofread/x', 'operations'],
    ['/v1/admin/integrations/a/b/certifications', 'operations'],
    ['/', 'operations'],
    ['/favicon.ico', 'operations'],
    ['/no/such/page', 'operations'],
    ['/tasks/run', 'operations'],
    ['/tasks/sweep', 'operations'],
  ])('%s goes to %s', (path, service) => {
    expect(serviceFor(path)).toBe(service);
  });

  const paths = (routes: (runtime: ReturnType<typeof runtimeToList>) => { path: string }[]) =>
    routes(runtimeToList()).map(({ path }) => path.replaceAll(/\{\w+\}/g, 'an-id'));

  it('sends every route of the code to the function that has it, and none to the worker', () => {
    expect(paths(submitRoutes).map(serviceFor)).toEqual(paths(submitRoutes).map(() => 'submit'));
    expect(paths(operationsRoutes).map(serviceFor)).toEqual(paths(operationsRoutes).map(() => 'operations'));
    expect(paths(workerRoutes).map(serviceFor)).toEqual(paths(workerRoutes).map(() => 'operations'));
  });

  it('answers with the page, and with nothing else of its own: no redirects, no app association', () => {
    expect(config.hosting.public).toBe('web/dist');
    expect(config.hosting.redirects).toBeUndefined();
    expect(config.hosting.appAssociation).toBe('NONE');
    expect(config.hosting.rewrites.at(-1).source).toBe('**');
  });

  /** The headers of a path. Of several rules the last one counts: https://github.com/firebase/firebase-tools/issues/9467 */
  const headersOf = (path: string): Record<string, string> =>
    Object.fromEntries(
      (config.hosting.headers as { source: string; headers: { key: string; value: string }[] }[])
        .filter(({ source }) => matchesGlob(path, source) || source === '**')
        .flatMap(({ headers }) => headers.map(({ key, value }) => [key, value])),
    );

  it('forbids every shared cache to keep any answer of the API', () => {
    for (const path of ['/v1/operations', '/v1/proofread', '/docs', '/config.json'])
      expect(headersOf(path)).toEqual({
        'Cache-Control': 'private, no-store',
        'X-Content-Type-Options': 'nosniff',
      });
  });

  it('sends the page and its files with the headers of npm start', () => {
    const security = securityHeaders(FIREBASE_AUTHENTICATION);
    expect(headersOf('/')).toEqual({ 'Cache-Control': PAGE_CACHING, ...security });
    expect(headersOf('/assets/index-1.js')).toEqual({ 'Cache-Control': ASSET_CACHING, ...security });
  });

  it('has the default settings', () => {
    const settings = readSettings({});
    for (const { run } of config.hosting.rewrites) {
      expect(run.region).toBe(settings['_REGION']);
      expect([settings['_SUBMIT_SERVICE'], settings['_OPERATIONS_SERVICE']]).toContain(run.serviceId);
    }
  });
});

const NAMES = { region: 'r', database: 'd', site: 's', submit: 'a', operations: 'b' };

describe('firebase.sh', () => {
  it('deploys with the names of the deployment in place of the defaults', () => {
    const calls = cloud.run(['scripts/deploy/firebase.sh', 'hosting'], {
      _REGION: 'europe-west1',
      _HOSTING_SITE: 'tamil',
      _SUBMIT_SERVICE: 'tamil-submit',
      _OPERATIONS_SERVICE: 'tamil-operations',
    });
    expect(calls.at(-1)).toEqual(expect.arrayContaining(['--only=hosting', '--project=demo-project']));
    const { hosting } = cloud.firebaseConfig();
    expect(hosting['site']).toBe('tamil');
    const runs = (hosting['rewrites'] as { run: unknown }[]).map(({ run }) => run);
    expect(runs).toHaveLength(config.hosting.rewrites.length);
    expect(runs[0]).toEqual({ serviceId: 'tamil-submit', region: 'europe-west1' });
    expect(runs.at(-1)).toEqual({ serviceId: 'tamil-operations', region: 'europe-west1' });
  });

  it('deploys again while Firestore is busy with another change, and after no other refusal', () => {
    const run = (REFUSAL: string) => {
      const other = new StandInCloud();
      onTestFinished(() => other.remove());
      const env = { REFUSED: 'firebase deploy', REFUSAL };
      return other.run(['scripts/deploy/firebase.sh', 'firestore'], env).length;
    };
    expect(run('HTTP Error: 409, busy')).toBe(2);
    expect(() => run('HTTP Error: 403, no')).toThrow();
  });

  it('lets caches keep the files that the page has, and not that one is missing', () => {
    const { hosting } = firebaseConfig(config, NAMES, ['index-1.js']);
    const sources = hosting.headers?.map(({ source }) => source);
    expect(sources).toContain('/assets/index-1.js');
    expect(sources).not.toContain('/assets/**');
  });

  it('names the database, and leaves what is for local use behind', () => {
    const base = {
      hosting: { rewrites: [] },
      firestore: { rules: 'firestore.rules' },
      emulators: { firestore: {} },
    };
    expect(firebaseConfig(base, NAMES)).toEqual({
      hosting: { site: 's', rewrites: [] },
      firestore: { rules: 'firestore.rules', database: 'd', location: 'r' },
    });
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { TARGETS } from '../../functions/serve.ts';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { compose } from '../../shared/compose.ts';
import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  developmentKeysFile,
  environmentOf,
  parseConfig,
} from '../../shared/config.ts';
import { endOnSignals } from '../../shared/end-on-signals.ts';
import { createHandler } from '../../shared/http/handler.ts';
import { createLoadLimit } from '../../shared/http/load-shedding.ts';
import { persistently } from '../../shared/operations/attempt/persistently.ts';
import { recover } from '../../shared/operations/work/sweep.ts';
import { createLocalIdentity } from '../cloud-tasks/identity.ts';
import { startCloudTasksStandIn } from '../cloud-tasks/stand-in.ts';
import { curlLine } from '../start/curl-line.ts';
import { openDevelopmentIssuer, tokenRoute } from '../start/development-issuer.ts';
import { endWithParent } from '../start/end-with-parent.ts';
import { closed, listen } from '../start/listen.ts';
import { BUILT_PAGE, pageRoutes } from '../start/page.ts';
import { queueConcurrency } from '../start/queue-concurrency.ts';
import { failToStart, startFault } from '../start/start-faults.ts';
import { FirestoreEmulatorMissing, startFirestoreEmulator } from './firestore-emulator.ts';
import { freePort } from './free-port.ts';
import { accessOf, type FrontEnd, startFrontEnd } from './front-end.ts';
import { runFunction } from './function-process.ts';
import { createGateway } from './gateway.ts';
import { readRewrites } from './rewrites.ts';
import { createLocalScheduler } from './scheduler.ts';

/**
 * The deployed shape on one machine: three framework processes on `dist/`, each behind a front end in place of Cloud Run's,
 * the Firestore emulator, a stand-in for Cloud Tasks and Cloud Scheduler, and a gateway in place of Firebase Hosting.
 */
if (!existsSync('dist/index.mjs')) failToStart('There is no dist/: run `npm run build` first.');

const SWEEP_EVERY_MS = 2000;
const LONGEST_END_MS = 5000;
const EMULATOR_ANSWERS_WITHIN_MS = 60_000;
const KEYS_BESIDE = '.data/emulated';
const given = environmentOf();
const project = given['GOOGLE_CLOUD_PROJECT'] ?? 'emulated';
const email = `tasks@${project}.iam.gserviceaccount.com`;
const location = 'local';
const queue = 'operations';

const emulator = await startFirestoreEmulator().catch((error: unknown) =>
  failToStart(error instanceof FirestoreEmulatorMissing ? error.message : String(error)),
);
const identity = await createLocalIdentity({ issuer: 'https://accounts.google.com', email, alg: 'RS256' });
// Each function is reached as its deployment's settings say, so that a wrong one shows here.
const settings = readSettings({ ...given, PROJECT_ID: project });
const served = await Promise.all(
  TARGETS.map(async (target) => {
    const port = await freePort();
    const container = new URL(`http://127.0.0.1:${port}`);
    const access = accessOf(settings, target);
    return { target, port, frontEnd: await startFrontEnd({ access, container, invoker: identity }) };
  }),
);
const frontEndOf = (target: string): FrontEnd => {
  const found = served.find((one) => one.target === target);
  if (found === undefined) throw new Error(`firebase.json names a service that is none of ours: ${target}`);
  return found.frontEnd;
};
const worker = frontEndOf('worker');

const tasks = await startCloudTasksStandIn({
  project,
  location,
  queue: {
    name: queue,
    maxConcurrentDispatches: queueConcurrency(),
    minBackoffMs: 250,
    maxBackoffMs: 30_000,
    maxAttempts: 100,
  },
  identity,
  intercept: worker.fromInside,
});

const development = given['OIDC_ISSUER'] === undefined || given['OIDC_ISSUER'] === '';
const issuer = development
  ? await openDevelopmentIssuer(KEYS_BESIDE, {
      tenantClaim: given['OIDC_TENANT_CLAIM'] || 'tenant_id',
      rolesClaim: given['OIDC_ROLES_CLAIM'] || undefined,
    })
  : undefined;
const env = {
  ...given,
  GOOGLE_CLOUD_PROJECT: project,
  STORE: 'firestore',
  QUEUE: 'cloud-tasks',
  FIRESTORE_EMULATOR_HOST: emulator.host,
  CLOUD_TASKS_EMULATOR_HOST: tasks.host,
  TASKS_LOCATION: location,
  TASKS_QUEUE: queue,
  TASKS_SERVICE_ACCOUNT: email,
  TASKS_OIDC_JWKS_URI: tasks.jwksUri,
  TASKS_OIDC_ISSUER: identity.issuer,
  WORKER_URL: worker.url,
  ...(development && {
    OIDC_ISSUER: DEVELOPMENT_ISSUER,
    OIDC_AUDIENCE: DEVELOPMENT_AUDIENCE,
    OIDC_JWKS_JSON: readFileSync(developmentKeysFile(KEYS_BESIDE), 'utf8'),
  }),
};
const config = parseConfig(env, 'all');
const runtime = await compose(config);

// The stand-in forgets its tasks when it ends, which Cloud Tasks does not: what an emulator that outlived it still
// holds unfinished gets new ones.
// An emulator that has just started answers late on a busy machine.
const recovered = await persistently(
  () => recover(runtime.services),
  performance.now() + EMULATOR_ANSWERS_WITHIN_MS,
);
const functions = await Promise.all(served.map(({ target, port }) => runFunction(target, port, env))).catch(
  (error: Error) => failToStart(error.message),
);
const scheduler = createLocalScheduler({
  deliverTo: () => worker.url,
  sign: identity.sign,
  everyMs: SWEEP_EVERY_MS,
  intercept: worker.fromInside,
});

const rewrites = readRewrites(new URL('../../firebase.json', import.meta.url));
const own = createHandler({
  routes: [
    ...(issuer === undefined ? [] : [tokenRoute(issuer)]),
    ...pageRoutes(BUILT_PAGE, issuer === undefined ? 'token' : 'development'),
  ],
  authenticators: runtime.authenticators,
  quota: runtime.services.quota,
  cors: runtime.cors,
  log: runtime.services.log,
  project,
});
/** What Hosting serves itself, and what there is on this machine only. */
const isOwn = (path: string): boolean =>
  /^\/(assets\/.*|config\.json)?$/.test(path) || (path === '/dev/token' && issuer !== undefined);
// What Cloud Run's concurrency keeps from the functions comes no further than here.
const limit = createLoadLimit({ most: config.maxConcurrentRequests, log: runtime.services.log });
const gateway = createGateway(
  (path) => {
    if (isOwn(path)) return { handler: own };
    return { origin: new URL(frontEndOf(rewrites(path) ?? 'operations').url) };
  },
  { limit, cors: runtime.cors },
);
const { port } = await listen(gateway, config.port).catch((error) =>
  failToStart(startFault(error, config.port, 'npm run start:emulated')),
);
const url = `http://localhost:${port}`;
// First: whoever reads the greeting may send a signal at once.
const end = endOnSignals(async () => {
  await scheduler.close();
  await closed(gateway);
  await tasks.close();
  await Promise.all(served.map(({ frontEnd }) => frontEnd.close()));
  await Promise.all(functions.map((one) => one.close()));
  await runtime.close();
  await emulator.stop();
}, LONGEST_END_MS);
endWithParent(end);
console.log(
  [
    `Serving ${url}`,
    `Data     Firestore emulator at ${emulator.host}, project ${project}`,
    `Queue    Cloud Tasks stand-in at ${tasks.host}`,
    `Worker   ${worker.url}, ingress ${settings['WORKER_INGRESS']}`,
    `Provider ${config.provider.kind}`,
    ...(recovered > 0 ? [`Taken up ${recovered} unfinished operations`] : []),
    ...(issuer === undefined ? [`Issuer   ${given['OIDC_ISSUER']}`] : await curlLine(url, issuer)),
  ].join('\n'),
);

import { z } from 'zod';
import { startCloudTasksStandIn } from './cloud-tasks-stand-in.ts';
import { createLocalIdentity } from './identity.ts';
import { createLocalScheduler } from './scheduler.ts';

const integer = z.coerce.number().int().min(0);

/** The variables of the service, and of the queue's own configuration. */
const environment = z.object({
  PORT: integer.default(0),
  GOOGLE_CLOUD_PROJECT: z.string(),
  TASKS_LOCATION: z.string(),
  TASKS_QUEUE: z.string(),
  TASKS_SERVICE_ACCOUNT: z.email(),
  TASKS_OIDC_ISSUER: z.string().default('https://accounts.google.com'),
  /** Where the scheduled sweep goes; without it there is none. */
  WORKER_URL: z.url().optional(),
  SWEEP_EVERY_MS: integer.default(60_000),
  TASKS_CONCURRENCY: integer.default(8),
  TASKS_MIN_BACKOFF_MS: integer.default(250),
  TASKS_MAX_BACKOFF_MS: integer.default(30_000),
  TASKS_MAX_ATTEMPTS: integer.default(100),
});

/**
 * The stand-in as a process of its own, with a Cloud Scheduler beside it that sweeps. Prints one line of JSON when it
 * listens: `{ host, jwks_uri, issuer }`. SIGINT and SIGTERM end it.
 */
const env = environment.parse(process.env);
const log = {
  info: (fields: object, message: string) => console.error(JSON.stringify({ ...fields, message })),
  warn: (fields: object, message: string) => console.error(JSON.stringify({ ...fields, message })),
};
const identity = await createLocalIdentity({
  issuer: env.TASKS_OIDC_ISSUER,
  email: env.TASKS_SERVICE_ACCOUNT,
  alg: 'RS256',
});
const standIn = await startCloudTasksStandIn({
  port: env.PORT,
  project: env.GOOGLE_CLOUD_PROJECT,
  location: env.TASKS_LOCATION,
  queue: {
    name: env.TASKS_QUEUE,
    maxConcurrentDispatches: env.TASKS_CONCURRENCY,
    minBackoffMs: env.TASKS_MIN_BACKOFF_MS,
    maxBackoffMs: env.TASKS_MAX_BACKOFF_MS,
    maxAttempts: env.TASKS_MAX_ATTEMPTS,
  },
  identity,
  log,
});
const { WORKER_URL: workerUrl } = env;
const scheduler =
  workerUrl === undefined
    ? undefined
    : createLocalScheduler({
        deliverTo: () => workerUrl,
        sign: identity.sign,
        everyMs: env.SWEEP_EVERY_MS,
        log,
      });
console.log(JSON.stringify({ host: standIn.host, jwks_uri: standIn.jwksUri, issuer: identity.issuer }));

const stop = () => void Promise.all([scheduler?.close(), standIn.close()]);
process.once('SIGINT', stop).once('SIGTERM', stop);

import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KeySource, OidcConfig } from './auth/oidc.ts';
import type { ClaimNames } from './auth/principal.ts';
import { type Environment, geminiAccess } from './environment.ts';
import type { QuotaLimits } from './quota/quota.ts';
import { readEnvironment } from './read-environment.ts';

/** The functions that a process serves. Each needs only the settings that it uses. */
export type Target = 'submit' | 'worker' | 'operations' | 'all';

export type StoreConfig =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'firestore';
      readonly project: string;
      readonly database: string;
      readonly emulatorHost?: string;
    };

export type QueueConfig =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'cloud-tasks';
      readonly project: string;
      readonly location: string;
      readonly queue: string;
      readonly emulatorHost?: string;
    };

/** Who may deliver tasks to the worker: a token of this issuer, for this audience, of this service account. */
export interface WorkerIdentity {
  readonly oidc: OidcConfig & { readonly audience: string };
  readonly email: string;
}

export type ProviderConfig =
  | { readonly kind: 'rules' }
  | {
      readonly kind: 'gemini';
      readonly access:
        | { readonly apiKey: string }
        | { readonly vertex: { readonly project: string; readonly location: string } };
      readonly models: readonly string[];
      readonly baseUrl?: string;
      readonly fallback?: 'rules';
    };

export interface Config {
  readonly port: number;
  /** The address that `npm start` listens at. Other machines reach the service if it is not loopback. */
  readonly host: string;
  /** Whose pages may call the service; `*`: everybody's. */
  readonly corsOrigins: '*' | readonly string[];
  readonly logLevel: string;
  readonly project: string | undefined;
  readonly store: StoreConfig;
  readonly queue: QueueConfig;
  /** Absent with the local queue, which calls the worker in its own process. */
  readonly worker: WorkerIdentity | undefined;
  readonly oidc: OidcConfig & ClaimNames & { readonly development: boolean };
  readonly provider: ProviderConfig;
  /** UTF-16 code units; a longer text goes to the queue. */
  readonly syncTextThreshold: number;
  readonly syncTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly ttlDays: number;
  readonly quota: QuotaLimits;
  readonly maxAgeMs: number;
  /** Of `npm start`, from all tenants. Deployed, Cloud Run's concurrency is the limit. */
  readonly maxConcurrentRequests: number;
}

/** The environment has faults. `message` lists them, one per line, without any value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export const DEVELOPMENT_ISSUER = 'http://localhost/development-issuer';
export const DEVELOPMENT_AUDIENCE = 'tamil-text-analysis-api';
/** The file with the development issuer's public keys, beside the SQLite file. Every function verifies with it. */
export const developmentKeysFile = (sqlitePath: string): string =>
  join(dirname(sqlitePath), 'development-issuer.jwks.json');

const GOOGLE_ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const GOOGLE_CERTS = 'https://www.googleapis.com/oauth2/v3/certs';

/** The environment of this process. Nothing else reads it. */
export const environmentOf = (): Readonly<Record<string, string | undefined>> => process.env;

/** The function that the Functions Framework serves: named by `--target`, or by FUNCTION_TARGET as on Cloud Run. */
export function servedTarget(): string | undefined {
  const { values } = parseArgs({ options: { target: { type: 'string' } }, strict: false });
  return typeof values.target === 'string' ? values.target : process.env['FUNCTION_TARGET'];
}

/**
 * The configuration that `env` describes.
 * @throws {ConfigError} naming every wrong or missing variable
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, target: Target): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const { env: read, faults } = readEnvironment(given, target);
  if (read === undefined || faults.length > 0) {
    throw new ConfigError(
      ['The configuration has faults:', ...faults.map((fault) => `  ${fault}`)].join('\n'),
    );
  }
  return configOf(read);
}

function configOf(env: Environment): Config {
  return {
    port: env.PORT,
    host: env.HOST,
    corsOrigins: env.CORS_ORIGINS,
    logLevel: env.LOG_LEVEL,
    project: env.GOOGLE_CLOUD_PROJECT,
    store: storeOf(env),
    queue: queueOf(env),
    worker: workerOf(env),
    oidc: oidcOf(env),
    provider: providerOf(env),
    syncTextThreshold: env.SYNC_TEXT_THRESHOLD,
    syncTimeoutMs: env.SYNC_TIMEOUT_MS,
    attemptTimeoutMs: env.WORKER_ATTEMPT_TIMEOUT_MS,
    maxAttempts: env.WORKER_MAX_ATTEMPTS,
    ttlDays: env.OPERATION_TTL_DAYS,
    maxAgeMs: env.OPERATION_MAX_AGE_S * 1000,
    maxConcurrentRequests: env.MAX_CONCURRENT_REQUESTS,
    quota: {
      requestsPerMinute: env.TENANT_REQUESTS_PER_MINUTE,
      unfinishedOperations: env.TENANT_UNFINISHED_OPERATIONS,
    },
  };
}

function storeOf(env: Environment): StoreConfig {
  if (env.STORE === 'sqlite') return { kind: 'sqlite', path: env.SQLITE_PATH };
  return {
    kind: 'firestore',
    project: env.GOOGLE_CLOUD_PROJECT ?? '',
    database: env.FIRESTORE_DATABASE,
    ...(env.FIRESTORE_EMULATOR_HOST !== undefined && { emulatorHost: env.FIRESTORE_EMULATOR_HOST }),
  };
}

function queueOf(env: Environment): QueueConfig {
  if (env.QUEUE === 'local') return { kind: 'local' };
  return {
    kind: 'cloud-tasks',
    project: env.GOOGLE_CLOUD_PROJECT ?? '',
    location: env.TASKS_LOCATION ?? '',
    queue: env.TASKS_QUEUE ?? '',
    ...(env.CLOUD_TASKS_EMULATOR_HOST !== undefined && { emulatorHost: env.CLOUD_TASKS_EMULATOR_HOST }),
  };
}

function workerOf(env: Environment): WorkerIdentity | undefined {
  if (env.QUEUE === 'local' || env.TASKS_SERVICE_ACCOUNT === undefined || env.WORKER_URL === undefined)
    return undefined;
  return {
    email: env.TASKS_SERVICE_ACCOUNT,
    oidc: {
      issuer: env.TASKS_OIDC_ISSUER ?? GOOGLE_ISSUERS,
      audience: env.WORKER_URL,
      keys: { kind: 'remote', uri: env.TASKS_OIDC_JWKS_URI ?? GOOGLE_CERTS },
    },
  };
}

function oidcOf(env: Environment): Config['oidc'] {
  const claims: ClaimNames = { tenantClaim: env.OIDC_TENANT_CLAIM, rolesClaim: env.OIDC_ROLES_CLAIM };
  const clockToleranceS = env.OIDC_CLOCK_TOLERANCE_S;
  if (env.OIDC_ISSUER === undefined || env.OIDC_AUDIENCE === undefined) {
    return {
      issuer: DEVELOPMENT_ISSUER,
      audience: DEVELOPMENT_AUDIENCE,
      keys: { kind: 'file', path: developmentKeysFile(env.SQLITE_PATH) },
      clockToleranceS,
      ...claims,
      development: true,
    };
  }
  const keys: KeySource =
    env.OIDC_JWKS_JSON !== undefined
      ? { kind: 'inline', jwks: env.OIDC_JWKS_JSON }
      : { kind: 'remote', uri: env.OIDC_JWKS_URI ?? '' };
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = env;
  return { issuer, audience, keys, clockToleranceS, ...claims, development: false };
}

function providerOf(env: Environment): ProviderConfig {
  const access = geminiAccess(env);
  if (env.PROVIDER === 'rules' || access === undefined) return { kind: 'rules' };
  return {
    kind: 'gemini',
    access,
    models: env.GEMINI_MODELS,
    ...(env.GEMINI_BASE_URL !== undefined && { baseUrl: env.GEMINI_BASE_URL }),
    ...(env.PROVIDER_FALLBACK !== undefined && { fallback: env.PROVIDER_FALLBACK }),
  };
}

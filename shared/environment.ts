import * as z from 'zod';
import { isClaimName } from './auth/claims.ts';
import { keySetOf } from './auth/key-set.ts';
import { DEFAULT_GEMINI_MODELS } from './providers/gemini/models.ts';

/** A value that is used as it is. White space around it comes from files and forms, and no comparison would succeed. */
const text = z.string().refine((value) => value.trim() === value, 'must have no white space around it');
const number = z
  .string()
  .regex(/^\d+(\.\d+)?(e[+-]?\d+)?$/i, 'must be a number')
  .transform(Number);
const integer = (min: number, max: number) => number.pipe(z.int().min(min).max(max));
const list = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .pipe(z.array(z.string()).min(1, 'must name at least one'));

const jwks = text.transform((value, context): { readonly keys: readonly Record<string, unknown>[] } => {
  try {
    const parsed = JSON.parse(value);
    keySetOf(parsed);
    return parsed;
  } catch {
    const message = 'must be a JSON Web Key Set (RFC 7517) with at least one public RSA, EC or Ed25519 key';
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  }
});

/** An origin as browsers send it (RFC 6454, section 6.2). Those of browser extensions and apps have schemes of their own. */
const isOrigin = (value: string): boolean =>
  /^https?:/.test(value)
    ? !value.includes('*') && URL.canParse(value) && new URL(value).origin === value
    : /^[a-z][a-z\d+.-]*:\/\/[\w.-]+(:\d+)?$/.test(value);

const origins = list
  .refine(
    (values) => values.every(isOrigin) || values.join() === '*',
    'must be *, or origins like https://app.example, without a path',
  )
  .transform((values): '*' | readonly string[] => (values[0] === '*' ? '*' : values));

const hostAndPort = z.string().regex(/^[^\s/:]+:\d+$/, 'must be host:port');
const url = text.pipe(z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }));
const claim = text.refine(
  isClaimName,
  'must be the name of a claim, a dotted path, or a JSON Pointer (RFC 6901)',
);

/** Every environment variable that the service reads, with its default. The README explains them. */
export const environment = (onCloudRun: boolean) =>
  z.object({
    PORT: integer(0, 65_535).default(8080),
    HOST: text.default('127.0.0.1'),
    CORS_ORIGINS: origins.default('*'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),

    STORE: z.enum(['sqlite', 'firestore']).default(onCloudRun ? 'firestore' : 'sqlite'),
    SQLITE_PATH: text.default('.data/operations.db'),
    GOOGLE_CLOUD_PROJECT: text.optional(),
    FIRESTORE_DATABASE: text.default('(default)'),
    FIRESTORE_EMULATOR_HOST: hostAndPort.optional(),

    QUEUE: z.enum(['local', 'cloud-tasks']).default(onCloudRun ? 'cloud-tasks' : 'local'),
    TASKS_LOCATION: text.optional(),
    TASKS_QUEUE: text.optional(),
    TASKS_SERVICE_ACCOUNT: text.optional(),
    WORKER_URL: url.transform((value) => value.replace(/\/+$/, '')).optional(),
    CLOUD_TASKS_EMULATOR_HOST: hostAndPort.optional(),
    TASKS_OIDC_ISSUER: text.optional(),
    TASKS_OIDC_JWKS_URI: url.optional(),

    OIDC_ISSUER: text.optional(),
    OIDC_AUDIENCE: text.pipe(list).optional(),
    OIDC_JWKS_URI: url.optional(),
    OIDC_JWKS_JSON: jwks.optional(),
    OIDC_TENANT_CLAIM: claim.default('tenant_id'),
    OIDC_ROLES_CLAIM: claim.optional(),
    OIDC_CLOCK_TOLERANCE_S: integer(0, 120).default(0),

    PROVIDER: z.enum(['gemini', 'rules']).optional(),
    PROVIDER_FALLBACK: z.literal('rules').optional(),
    GEMINI_API_KEY: z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters: it is sent in a header')
      .optional(),
    GEMINI_MODELS: list.default([...DEFAULT_GEMINI_MODELS]),
    GEMINI_BASE_URL: url.optional(),
    GOOGLE_GENAI_USE_VERTEXAI: z.stringbool().default(false),
    GOOGLE_CLOUD_LOCATION: text.optional(),

    SYNC_TEXT_THRESHOLD: integer(0, 20_000).default(1200),
    SYNC_TIMEOUT_MS: integer(0, 60_000).default(8000),
    // Cloud Tasks waits at most 30 minutes for a dispatch, and a dispatch must outlive its attempt.
    WORKER_ATTEMPT_TIMEOUT_MS: integer(1, 29 * 60_000).default(240_000),
    WORKER_MAX_ATTEMPTS: integer(1, 100).default(5),
    OPERATION_TTL_DAYS: number.pipe(z.number().positive().max(3650)).default(30),
    OPERATION_MAX_AGE_S: number
      .pipe(
        z
          .number()
          .positive()
          .max(31 * 86_400),
      )
      .default(3600),

    MAX_CONCURRENT_REQUESTS: integer(1, 100_000).default(2400),
    TENANT_REQUESTS_PER_MINUTE: integer(1, 1_000_000).default(6000),
    TENANT_UNFINISHED_OPERATIONS: integer(1, 1_000_000).default(2000),
  });

export type Environment = z.infer<ReturnType<typeof environment>>;

/** How Gemini is reached, as the environment says; `undefined` if it says nothing. */
export function geminiAccess(
  env: Environment,
): { readonly apiKey: string } | { readonly vertex: { project: string; location: string } } | undefined {
  if (env.GEMINI_API_KEY !== undefined) return { apiKey: env.GEMINI_API_KEY };
  const { GOOGLE_CLOUD_PROJECT: project, GOOGLE_CLOUD_LOCATION: location } = env;
  if (!env.GOOGLE_GENAI_USE_VERTEXAI || project === undefined || location === undefined) return undefined;
  return { vertex: { project, location } };
}

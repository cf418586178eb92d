import * as z from 'zod';

/** A name that the deployment gives; RFC 1035, as Cloud Run and Cloud Tasks want it. */
const name = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/, 'must be of lower case letters, digits and -');
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const ingress = z.enum(['all', 'internal', 'internal-and-cloud-load-balancing']);
const check = z.enum(['on', 'off']);
const text = z.string().min(1);

/**
 * What `scripts/deploy/settings.env` has, with what a stack sets in its place. A name that is not here is refused, so a setting
 * that one of the two ways does not know is noticed.
 */
export const settings = z
  .strictObject({
    _REGION: z.string().regex(/^[a-z]+-[a-z]+\d+$/, 'must be a region, such as asia-south1'),
    _DATABASE: z.string().regex(/^(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/),
    _BACKUP_RETENTION: z.string().regex(/^([1-9]|1[0-4])w$/, 'must be weeks, at most 14w'),
    _QUEUE: name,
    _SWEEP_JOB: name,
    _HOSTING_SITE: name,
    _REPOSITORY: name,
    // Of a build and of the shell scripts; a stack names its image by `image`.
    _TAG: z.string(),
    _IMAGE: z.string(),
    _AUDIT_ACCEPTED: z.string(),
    _SUBMIT_SERVICE: name,
    _WORKER_SERVICE: name,
    _OPERATIONS_SERVICE: name,
    SUBMIT_INGRESS: ingress,
    WORKER_INGRESS: ingress,
    OPERATIONS_INGRESS: ingress,
    SUBMIT_INVOKER_IAM_CHECK: check,
    WORKER_INVOKER_IAM_CHECK: check,
    OPERATIONS_INVOKER_IAM_CHECK: check,
    _OIDC_ISSUER: z.url(),
    _OIDC_AUDIENCE: text,
    _OIDC_JWKS_URI: z.url(),
    _OIDC_TENANT_CLAIM: text,
    _GEMINI_ACCESS: z.enum(['key', 'vertex', 'none']),
    _GEMINI_SECRET: z.string().regex(/^[\w-]{1,255}$/),
    _GEMINI_SECRET_VERSION: z.string().regex(/^[1-9]\d*$/, 'must be a number, never latest'),
    _GEMINI_MODELS: text,
    _VERTEX_LOCATION: text,
    // Cloud Tasks gives up after 30 minutes, and a minute is kept for the verdict.
    _WORKER_ATTEMPT_TIMEOUT_MS: count(1000, 1_740_000),
    _WORKER_MAX_ATTEMPTS: count(1, 100),
    _SUBMIT_CONCURRENCY: count(1, 1000),
    _SUBMIT_MIN_INSTANCES: count(0, 1000),
    _SUBMIT_MAX_INSTANCES: count(1, 1000),
    _WORKER_CONCURRENCY: count(1, 1000),
    _WORKER_MIN_INSTANCES: count(0, 1000),
    _WORKER_MAX_INSTANCES: count(1, 1000),
    _OPERATIONS_CONCURRENCY: count(1, 1000),
    _OPERATIONS_MIN_INSTANCES: count(0, 1000),
    _OPERATIONS_MAX_INSTANCES: count(1, 1000),
    _QUEUE_DISPATCHES_PER_SECOND: count(1, 500),
    _MORE_ENV: z
      .string()
      .regex(/^(|[A-Z][A-Z0-9_]*=[^;]*(;[A-Z][A-Z0-9_]*=[^;]*)*)$/, 'must be NAME=value;NAME=value'),
  })
  .superRefine((all, { addIssue }) => {
    for (const service of ['SUBMIT', 'WORKER', 'OPERATIONS'] as const) {
      if (all[`_${service}_MIN_INSTANCES`] > all[`_${service}_MAX_INSTANCES`])
        addIssue({ code: 'custom', path: [`_${service}_MIN_INSTANCES`], message: 'is above the maximum' });
    }
    if (all.WORKER_INGRESS !== 'internal')
      addIssue({
        code: 'custom',
        path: ['WORKER_INGRESS'],
        message: 'only the project may reach the worker',
      });
    // Cloud Run may take the signature from a token that it checks.
    if (all.WORKER_INVOKER_IAM_CHECK !== 'off')
      addIssue({
        code: 'custom',
        path: ['WORKER_INVOKER_IAM_CHECK'],
        message: 'the worker needs signatures',
      });
  });

export type Settings = z.output<typeof settings>;

import type { Input } from '@pulumi/pulumi';
import type { Accounts } from './accounts.ts';
import type { Place } from './place.ts';

export type Target = 'submit' | 'worker' | 'operations';

/** The variables of one function, as `scripts/deploy/function.sh` sets them. The Gemini key is not among them. */
export function environmentOf(
  target: Target,
  { project, region, config }: Place,
  accounts: Accounts,
  workerUrl: Input<string>,
): Record<string, Input<string>> {
  const { settings } = config;
  const common = {
    FUNCTION_TARGET: target,
    GOOGLE_CLOUD_PROJECT: project,
    FIRESTORE_DATABASE: settings._DATABASE,
    OIDC_ISSUER: settings._OIDC_ISSUER,
    OIDC_AUDIENCE: settings._OIDC_AUDIENCE,
    OIDC_JWKS_URI: settings._OIDC_JWKS_URI,
    OIDC_TENANT_CLAIM: settings._OIDC_TENANT_CLAIM,
  };
  const more = Object.fromEntries(
    settings._MORE_ENV
      .split(';')
      .filter((pair) => pair !== '')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  if (target === 'operations') return { ...common, ...more };
  const gemini = { PROVIDER: 'gemini', GEMINI_MODELS: settings._GEMINI_MODELS };
  const vertex = { GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_LOCATION: settings._VERTEX_LOCATION };
  return {
    ...common,
    TASKS_LOCATION: region,
    TASKS_QUEUE: settings._QUEUE,
    TASKS_SERVICE_ACCOUNT: accounts.invoker.email,
    WORKER_URL: workerUrl,
    WORKER_ATTEMPT_TIMEOUT_MS: String(settings._WORKER_ATTEMPT_TIMEOUT_MS),
    WORKER_MAX_ATTEMPTS: String(settings._WORKER_MAX_ATTEMPTS),
    ...{ key: gemini, vertex: { ...gemini, ...vertex }, none: { PROVIDER: 'rules' } }[
      settings._GEMINI_ACCESS
    ],
    ...more,
  };
}

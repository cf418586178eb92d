import { type Environment, environment, geminiAccess } from './environment.ts';
import { isLoopback } from './loopback.ts';

const DAY_S = 86_400;

/**
 * Reads the environment by its schema, and lists every fault, one line each and without a value. `target` is the function
 * that is served; only the variables that it uses are required.
 */
export function readEnvironment(
  given: Readonly<Record<string, string | undefined>>,
  target: string,
): { readonly env: Environment | undefined; readonly faults: readonly string[] } {
  const onCloudRun = given['K_SERVICE'] !== undefined;
  const schema = environment(onCloudRun);
  // Without this Zod would compile a schema that runs only once.
  const parsed = schema.safeParse(given, { jitless: true });
  if (parsed.success) return { env: parsed.data, faults: missing(parsed.data, given, target, onCloudRun) };
  const { issues } = parsed.error;
  const wrong = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  // The rest parses without the wrong variables, so that missing ones are listed in the same run.
  const names = new Set(issues.map(({ path }) => path[0]));
  const rest = schema.safeParse(
    Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name))),
  );
  return {
    env: undefined,
    faults: [...wrong, ...(rest.success ? missing(rest.data, given, target, onCloudRun) : [])],
  };
}

/** Lists variables that are missing or do not go together. A wrong variable is not listed as missing too. */
function missing(
  env: Environment,
  given: Readonly<Record<string, string | undefined>>,
  target: string,
  onCloudRun: boolean,
): string[] {
  const faults: string[] = [];
  const need = (name: keyof Environment, why: string) => {
    if (given[name] === undefined) faults.push(`${name}: is needed ${why}`);
  };
  if (env.STORE === 'firestore') need('GOOGLE_CLOUD_PROJECT', 'with STORE=firestore');
  if (env.QUEUE === 'cloud-tasks' && target !== 'operations') {
    const names = ['GOOGLE_CLOUD_PROJECT', 'TASKS_LOCATION', 'TASKS_QUEUE', 'TASKS_SERVICE_ACCOUNT'] as const;
    for (const name of [...names, 'WORKER_URL'] as const) need(name, 'with QUEUE=cloud-tasks');
  }
  if (onCloudRun && env.QUEUE === 'local')
    faults.push('QUEUE: local is for npm start only, not for Cloud Run');
  if (onCloudRun && env.STORE === 'sqlite')
    faults.push('STORE: sqlite is a file of one instance and is lost with it: Cloud Run needs firestore');
  const emulated = given['CLOUD_TASKS_EMULATOR_HOST'] !== undefined && !onCloudRun;
  for (const name of ['TASKS_OIDC_ISSUER', 'TASKS_OIDC_JWKS_URI'] as const) {
    if (given[name] !== undefined && !emulated) faults.push(`${name}: is for a Cloud Tasks emulator only`);
  }
  const oidc = ['OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_JWKS_URI', 'OIDC_JWKS_JSON'];
  const isOpen = target === 'all' && !isLoopback(env.HOST);
  if (onCloudRun || isOpen || oidc.some((name) => given[name] !== undefined)) {
    const why = onCloudRun
      ? 'on Cloud Run: the development issuer is for local use only'
      : isOpen
        ? 'with this HOST: the development issuer serves loopback only'
        : 'with any other OIDC_ variable';
    need('OIDC_ISSUER', why);
    need('OIDC_AUDIENCE', why);
    if ((given['OIDC_JWKS_URI'] === undefined) === (given['OIDC_JWKS_JSON'] === undefined)) {
      faults.push('OIDC_JWKS_URI, OIDC_JWKS_JSON: exactly one of the two is needed');
    }
  }
  if (env.PROVIDER === 'gemini' && geminiAccess(env) === undefined) {
    faults.push(
      'PROVIDER: gemini needs GEMINI_API_KEY, or GOOGLE_GENAI_USE_VERTEXAI=true with GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION',
    );
  }
  if (env.OPERATION_TTL_DAYS * DAY_S < env.OPERATION_MAX_AGE_S)
    faults.push('OPERATION_TTL_DAYS: must not end before OPERATION_MAX_AGE_S, or what still runs is gone');
  return faults;
}

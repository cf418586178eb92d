import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, parseConfig, type Target } from '../shared/config.ts';
import { createConcurrentQuota, TENANT_SHARE } from '../shared/quota/concurrent.ts';

const faultsOf = (env: Record<string, string | undefined>, target: Target = 'all'): string[] => {
  try {
    parseConfig(env, target);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.split('\n').slice(1);
  }
  return [];
};
const namesOf = (faults: readonly string[]) =>
  faults.map((fault) => fault.trim().split(':', 1)[0] ?? '').sort();

const KEY = {
  ...{ kty: 'EC', crv: 'P-256', x: '51oMyJPeRfSKV8CHaHu8B6OnZloxP8uFTcPQPxPM1C8' },
  y: 'bXXFy9oqcIgmuWPoYarHb4lfPMlRzhSJNR-lDixobqA',
};
const JWKS = JSON.stringify({ keys: [KEY] });
const OIDC = {
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_AUDIENCE: 'api',
  OIDC_JWKS_URI: 'https://issuer.example/jwks',
};
const TASKS = {
  GOOGLE_CLOUD_PROJECT: 'project',
  TASKS_LOCATION: 'asia-south1',
  TASKS_QUEUE: 'operations',
  TASKS_SERVICE_ACCOUNT: 'tasks@project.iam.gserviceaccount.com',
  WORKER_URL: 'https://worker.example/',
};
const CLOUD_RUN = { K_SERVICE: 'submit', ...OIDC, ...TASKS };

describe('an empty environment', () => {
  it('is the embedded defaults', () => {
    expect(parseConfig({}, 'all')).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      corsOrigins: '*',
      store: { kind: 'sqlite', path: '.data/operations.db' },
      queue: { kind: 'local' },
      worker: undefined,
      oidc: { development: true, tenantClaim: 'tenant_id' },
      provider: { kind: 'rules' },
      syncTextThreshold: 1200,
      syncTimeoutMs: 8000,
      attemptTimeoutMs: 240_000,
      maxAttempts: 5,
      ttlDays: 30,
      maxAgeMs: 3_600_000,
      maxConcurrentRequests: 2400,
      quota: { requestsPerMinute: 6000, unfinishedOperations: 2000 },
    } satisfies Partial<Record<keyof Config, unknown>>);
  });

  it('lets one tenant have 256 requests under way, also while the processor is busy', () => {
    const { maxConcurrentRequests } = parseConfig({}, 'all');
    const { limit } = createConcurrentQuota(maxConcurrentRequests * TENANT_SHARE, () => true);
    expect(limit).toBeGreaterThanOrEqual(256);
  });

  it('is what an empty value means too', () => {
    const env = { PORT: '', STORE: '', OIDC_ISSUER: '', GEMINI_API_KEY: '', TASKS_QUEUE: undefined };
    expect(parseConfig(env, 'all')).toEqual(parseConfig({}, 'all'));
  });
});

describe('what is set', () => {
  it('counts', () => {
    const env = {
      PORT: '0',
      SQLITE_PATH: '/data/x.db',
      SYNC_TEXT_THRESHOLD: '0',
      SYNC_TIMEOUT_MS: '250',
      WORKER_ATTEMPT_TIMEOUT_MS: '1000',
      WORKER_MAX_ATTEMPTS: '1',
      OPERATION_TTL_DAYS: '0.5',
      OPERATION_MAX_AGE_S: '1.5',
      OIDC_TENANT_CLAIM: 'app.tenant',
      MAX_CONCURRENT_REQUESTS: '7',
    };
    expect(parseConfig(env, 'all')).toMatchObject({
      port: 0,
      store: { path: '/data/x.db' },
      syncTextThreshold: 0,
      syncTimeoutMs: 250,
      attemptTimeoutMs: 1000,
      maxAttempts: 1,
      ttlDays: 0.5,
      maxAgeMs: 1500,
      oidc: { tenantClaim: 'app.tenant' },
      maxConcurrentRequests: 7,
    });
  });

  it('keys come from an address or inline', () => {
    expect(parseConfig(OIDC, 'all').oidc).toMatchObject({
      issuer: OIDC.OIDC_ISSUER,
      audience: ['api'],
      clockToleranceS: 0,
      keys: { kind: 'remote', uri: OIDC.OIDC_JWKS_URI },
      development: false,
    });
    const inline = { ...OIDC, OIDC_JWKS_URI: undefined, OIDC_JWKS_JSON: JWKS };
    expect(parseConfig(inline, 'all').oidc.keys).toEqual({ kind: 'inline', jwks: JSON.parse(JWKS) });
  });

  it.each<[string, Record<string, string>, string]>([
    ['an API key', { GEMINI_API_KEY: 'k' }, 'gemini'],
    [
      'Vertex AI',
      { GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'l' },
      'gemini',
    ],
    ['a project alone', { GOOGLE_CLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'l' }, 'rules'],
    ['a key, but the rules wanted', { GEMINI_API_KEY: 'k', PROVIDER: 'rules' }, 'rules'],
  ])('the provider with %s', (_name, env, kind) => {
    expect(parseConfig(env, 'all').provider.kind).toBe(kind);
  });

  it.each<[string, Config['corsOrigins']]>([
    ['*', '*'],
    ['https://app.example', ['https://app.example']],
    [
      'http://localhost:5173, https://app.example:8443',
      ['http://localhost:5173', 'https://app.example:8443'],
    ],
    [
      'chrome-extension://abcdefghijklmnop,capacitor://localhost',
      ['chrome-extension://abcdefghijklmnop', 'capacitor://localhost'],
    ],
  ])('origins may be %s', (value, origins) => {
    expect(parseConfig({ CORS_ORIGINS: value }, 'all').corsOrigins).toEqual(origins);
  });

  it('audiences are a list, and tokens may be late by what is said', () => {
    const env = {
      ...OIDC,
      OIDC_AUDIENCE: 'api, mobile',
      OIDC_CLOCK_TOLERANCE_S: '120',
      OIDC_ROLES_CLAIM: '/realm_access/roles',
    };
    expect(parseConfig(env, 'all').oidc).toMatchObject({
      audience: ['api', 'mobile'],
      clockToleranceS: 120,
      rolesClaim: '/realm_access/roles',
    });
  });

  it('models are a list in order', () => {
    const env = { GEMINI_API_KEY: 'k', GEMINI_MODELS: ' first, second ,,third' };
    expect(parseConfig(env, 'all').provider).toMatchObject({ models: ['first', 'second', 'third'] });
  });
});

describe('faults', () => {
  const WRONG = {
    PORT: '70000',
    OIDC_TENANT_CLAIM: '/a~2',
    OIDC_ROLES_CLAIM: '/a~',
    OIDC_CLOCK_TOLERANCE_S: '121',
    GEMINI_API_KEY: 'AIza\u200bkey',
    CORS_ORIGINS: 'https://app.example/',
    LOG_LEVEL: 'loud',
    STORE: 'postgres',
    FIRESTORE_EMULATOR_HOST: 'localhost',
    QUEUE: 'kafka',
    WORKER_URL: 'worker',
    CLOUD_TASKS_EMULATOR_HOST: 'http://127.0.0.1:1',
    OIDC_JWKS_JSON: '{"keys":[]}',
    PROVIDER: 'oracle',
    PROVIDER_FALLBACK: 'gemini',
    GEMINI_MODELS: ',',
    GEMINI_BASE_URL: 'ftp://x',
    GOOGLE_GENAI_USE_VERTEXAI: 'perhaps',
    SYNC_TEXT_THRESHOLD: '-1',
    SYNC_TIMEOUT_MS: '8s',
    WORKER_ATTEMPT_TIMEOUT_MS: '0',
    WORKER_MAX_ATTEMPTS: '1.5',
    OPERATION_TTL_DAYS: '0',
    OPERATION_MAX_AGE_S: 'NaN',
  };

  it('are all listed at once, each by its variable', () => {
    expect(namesOf(faultsOf(WRONG))).toEqual(expect.arrayContaining(Object.keys(WRONG).sort()));
  });

  it('what is missing is listed beside what is wrong', () => {
    const names = namesOf(faultsOf({ ...WRONG, K_SERVICE: 'submit' }));
    const missing = [
      'OIDC_ISSUER',
      'OIDC_AUDIENCE',
      'TASKS_LOCATION',
      'TASKS_QUEUE',
      'TASKS_SERVICE_ACCOUNT',
    ];
    expect(names).toEqual(expect.arrayContaining([...missing, 'PORT']));
  });

  it('a variable that is wrong is not missing besides', () => {
    const faults = faultsOf({ ...CLOUD_RUN, WORKER_URL: 'worker', OIDC_JWKS_URI: 'nowhere' });
    expect(namesOf(faults)).toEqual(['OIDC_JWKS_URI', 'WORKER_URL']);
  });

  const withKey = (changes: object) => JSON.stringify({ keys: [{ ...KEY, ...changes }] });
  it.each([
    ...['', '{', 'null', '[]', '{"keys":{}}', '{"keys":[]}', '{"keys":["x"]}'],
    ...[
      withKey({ x: 'AA' }),
      withKey({ d: 'AA' }),
      withKey({ use: 'enc' }),
      withKey({ kty: 'oct', k: 'AA' }),
    ],
  ])('a key set that is none: %s', (value) => {
    const env = { ...OIDC, OIDC_JWKS_URI: undefined, OIDC_JWKS_JSON: value };
    expect(faultsOf(env)).toHaveLength(1);
  });

  it.each([' ', '0x10', '12abc', '--1', 'Infinity', '1_000'])('a number that is none: "%s"', (value) => {
    expect(namesOf(faultsOf({ SYNC_TIMEOUT_MS: value }))).toEqual(['SYNC_TIMEOUT_MS']);
  });

  it.each([
    'https://app.example/',
    'https://app.example/path',
    'https://App.example',
    'https://app.example:443',
    'app.example',
    'null',
    '*,https://app.example',
    'https://app.example https://other.example',
    'https://*.example',
    ',',
  ])('an origin that no browser sends: "%s"', (value) => {
    expect(namesOf(faultsOf({ CORS_ORIGINS: value }))).toEqual(['CORS_ORIGINS']);
  });

  it.each([
    ...['0.0.0.0', '::', '192.168.1.5', 'intranet'].map((HOST) => [HOST, 'all', 3] as const),
    ...['127.0.0.1', '127.0.0.2', 'localhost', '::1'].map((HOST) => [HOST, 'all', 0] as const),
    ...['submit', 'operations'].map((target) => ['0.0.0.0', target as Target, 0] as const),
  ])('an address that others reach needs an issuer: HOST=%s, %s', (HOST, target, count) => {
    expect(faultsOf({ HOST }, target)).toHaveLength(count);
    if (count > 0) expect(faultsOf({ HOST }, target).join()).toContain('HOST');
    expect(faultsOf({ HOST, ...OIDC }, target)).toEqual([]);
  });

  const VERBATIM = {
    ...{ ...OIDC, OIDC_TENANT_CLAIM: 'org', OIDC_ROLES_CLAIM: 'roles' },
    ...{
      GEMINI_API_KEY: 'key',
      GEMINI_BASE_URL: 'https://gemini.example',
      SQLITE_PATH: 'x.db',
      HOST: '127.0.0.1',
    },
    ...{
      ...TASKS,
      CLOUD_TASKS_EMULATOR_HOST: '127.0.0.1:1',
      TASKS_OIDC_ISSUER: 'x',
      TASKS_OIDC_JWKS_URI: 'http://x',
    },
    ...{ GOOGLE_CLOUD_LOCATION: 'global', FIRESTORE_DATABASE: 'db', FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' },
  };
  it.each(Object.keys(VERBATIM))('white space around %s', (name) => {
    expect(faultsOf(VERBATIM)).toEqual([]);
    for (const [before, after] of [
      ['', '\n'],
      [' ', ''],
      ['', '\u00a0'],
      ['\ufeff', ''],
      ['', '\t'],
    ]) {
      const value = `${before}${VERBATIM[name as keyof typeof VERBATIM]}${after}`;
      expect(namesOf(faultsOf({ ...VERBATIM, [name]: value }))).toEqual([name]);
    }
  });

  it('white space around a key set', () => {
    const env = { ...OIDC, OIDC_JWKS_URI: undefined, OIDC_JWKS_JSON: `${JWKS}\n` };
    expect(namesOf(faultsOf(env))).toEqual(['OIDC_JWKS_JSON']);
  });

  it.each(['a key', 'schlüssel', 'key\nnext', 'key\u200b'])('a key that no header can carry: %j', (value) => {
    expect(namesOf(faultsOf({ GEMINI_API_KEY: value }))).toEqual(['GEMINI_API_KEY']);
  });

  it.each<[string, Record<string, string | undefined>, string[]]>([
    ['an issuer alone', { OIDC_ISSUER: 'x' }, ['OIDC_AUDIENCE', 'OIDC_JWKS_URI, OIDC_JWKS_JSON']],
    ['keys alone', { OIDC_JWKS_JSON: JWKS }, ['OIDC_AUDIENCE', 'OIDC_ISSUER']],
    ['keys twice', { ...OIDC, OIDC_JWKS_JSON: JWKS }, ['OIDC_JWKS_URI, OIDC_JWKS_JSON']],
    ['Firestore without a project', { STORE: 'firestore' }, ['GOOGLE_CLOUD_PROJECT']],
    ['Gemini without access', { PROVIDER: 'gemini' }, ['PROVIDER']],
    ['less retention than age', { OPERATION_TTL_DAYS: '0.04' }, ['OPERATION_TTL_DAYS']],
    ['as much retention as age', { OPERATION_TTL_DAYS: '1', OPERATION_MAX_AGE_S: '86400' }, []],
    ['more age than retention', { OPERATION_MAX_AGE_S: '2592001' }, ['OPERATION_TTL_DAYS']],
    ['an issuer of tasks without an emulator', { TASKS_OIDC_ISSUER: 'x' }, ['TASKS_OIDC_ISSUER']],
  ])('%s', (_name, env, names) => expect(namesOf(faultsOf(env))).toEqual(names));

  it('name no value: it may be a secret', () => {
    const secret = 'hunter2-secret';
    const names = [
      ...Object.keys(WRONG),
      ...Object.keys(OIDC),
      ...Object.keys(TASKS),
      ...['GEMINI_API_KEY', 'OIDC_JWKS_JSON', 'OIDC_TENANT_CLAIM', 'TASKS_OIDC_JWKS_URI', 'SQLITE_PATH'],
    ];
    const env = Object.fromEntries(names.map((name) => [name, secret]));
    const faults = faultsOf(env);
    expect(faults.length).toBeGreaterThan(15);
    expect(faults.join('\n')).not.toContain('hunter2');
  });
});

describe('on Cloud Run', () => {
  it('the defaults are Firestore and Cloud Tasks', () => {
    expect(parseConfig(CLOUD_RUN, 'submit')).toMatchObject({
      store: { kind: 'firestore', project: 'project', database: '(default)' },
      queue: { kind: 'cloud-tasks', location: 'asia-south1', queue: 'operations' },
      worker: {
        email: TASKS.TASKS_SERVICE_ACCOUNT,
        oidc: {
          audience: 'https://worker.example',
          issuer: expect.arrayContaining(['https://accounts.google.com']),
        },
      },
    });
  });

  it('the development issuer is refused', () => {
    const env = { K_SERVICE: 'submit', ...TASKS };
    expect(namesOf(faultsOf(env))).toEqual(['OIDC_AUDIENCE', 'OIDC_ISSUER', 'OIDC_JWKS_URI, OIDC_JWKS_JSON']);
    expect(faultsOf(env).join()).toContain('development issuer');
  });

  it.each([
    ['the local queue', { QUEUE: 'local' }, ['QUEUE']],
    ['a file as the store', { STORE: 'sqlite' }, ['STORE']],
    [
      'an emulator’s issuer of tasks',
      { CLOUD_TASKS_EMULATOR_HOST: '127.0.0.1:1', TASKS_OIDC_ISSUER: 'x', TASKS_OIDC_JWKS_URI: 'http://x' },
      ['TASKS_OIDC_ISSUER', 'TASKS_OIDC_JWKS_URI'],
    ],
  ])('%s is refused', (_name, changes, names) => {
    expect(namesOf(faultsOf({ ...CLOUD_RUN, ...changes }))).toEqual(names);
  });

  it('operations needs no queue', () => {
    const env = { K_SERVICE: 'operations', ...OIDC, GOOGLE_CLOUD_PROJECT: 'project' };
    expect(faultsOf(env, 'operations')).toEqual([]);
    expect(namesOf(faultsOf(env, 'submit'))).toContain('TASKS_QUEUE');
    expect(namesOf(faultsOf(env, 'worker'))).toContain('WORKER_URL');
  });
});

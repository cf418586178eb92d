import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Call, flag, StandInCloud, starting } from './scripts.ts';

const cloud = new StandInCloud();
afterAll(() => cloud.remove());
const bootstrap = (env: Record<string, string> = {}) =>
  cloud.run(['scripts/deploy/bootstrap.sh'], { GEMINI_API_KEY: 'a-key', ...env });

/** `who: role on what`, of every binding made. */
const grants = (calls: readonly Call[]): string[] =>
  calls
    .filter((call) => call.includes('add-iam-policy-binding'))
    .map((call) => {
      const who = /serviceAccount:(?:tamil-(\w+)@|service-\d+@gcp-sa-)(\w*)/.exec(flag(call, 'member') ?? '');
      const what = call[call.indexOf('add-iam-policy-binding') + 1]?.replace(/^tamil-(\w+)@.*/, '$1');
      return `${who?.[1] ?? who?.[2]}: ${flag(call, 'role')?.replace('roles/', '')} on ${what}`;
    })
    .sort();

const first = bootstrap();
const again = bootstrap();

describe('bootstrap.sh', () => {
  it('grants the functions exactly what they use', () => {
    const functions = grants(first).filter((grant) => /^(submit|worker|operations|invoker):/.test(grant));
    expect(functions).toEqual([
      'operations: datastore.user on demo-project',
      'submit: datastore.user on demo-project',
      'submit: iam.serviceAccountUser on invoker',
      'submit: secretmanager.secretAccessor on gemini-api-key',
      'worker: datastore.user on demo-project',
      'worker: iam.serviceAccountUser on invoker',
      'worker: secretmanager.secretAccessor on gemini-api-key',
    ]);
  });

  it('lets the deployer act as accounts by name, never as any account of the project', () => {
    const actAs = grants(first).filter((grant) => grant.includes('iam.serviceAccountUser'));
    expect(actAs.filter((grant) => grant.startsWith('deployer'))).toEqual(
      ['invoker', 'operations', 'submit', 'worker'].map(
        (name) => `deployer: iam.serviceAccountUser on ${name}`,
      ),
    );
    expect(actAs.join()).not.toContain('demo-project');
  });

  it('lets Cloud Tasks sign as the invoker, and nobody else but who puts tasks', () => {
    // Who asks Google for a service agent gives it its role: https://cloud.google.com/iam/docs/create-service-agents
    expect(grants(first)).toContain('cloudtasks: cloudtasks.serviceAgent on demo-project');
    const invoker = grants(first).filter((grant) => grant.endsWith(' on invoker'));
    expect(invoker).toEqual(
      ['cloudtasks', 'deployer', 'submit', 'worker'].map(
        (name) => `${name}: iam.serviceAccountUser on invoker`,
      ),
    );
  });

  it('lets the deployer record an operation, which the candidate worker is asked with', () => {
    expect(grants(first)).toContain('deployer: datastore.user on demo-project');
  });

  it('lets the builder, which runs the code of commits, write images and logs only', () => {
    expect(grants(first).filter((grant) => grant.startsWith('builder'))).toEqual([
      'builder: artifactregistry.writer on tamil',
      'builder: logging.logWriter on demo-project',
      'builder: storage.objectViewer on gs://demo-project-tamil-builds',
    ]);
  });

  it('keeps the past of the database, and protects it', () => {
    const [created = []] = starting(first, 'gcloud', 'firestore', 'databases', 'create');
    expect(created).toEqual(expect.arrayContaining(['--enable-pitr', '--delete-protection']));
    expect(starting(again, 'gcloud', 'firestore', 'databases', 'update')).toHaveLength(1);
    const [schedule = []] = starting(first, 'gcloud', 'firestore', 'backups', 'schedules', 'create');
    expect([flag(schedule, 'recurrence'), flag(schedule, 'retention')]).toEqual(['daily', '4w']);
  });

  it('takes no database of another kind', () => {
    const run = () => bootstrap({ DATABASE: 'DATASTORE_MODE,asia-south1' });
    expect(run).toThrow(/is of type DATASTORE_MODE: name one that is not there yet/);
  });

  it('goes on where what it has just made is not known everywhere yet', () => {
    const young = new StandInCloud();
    onTestFinished(() => young.remove());
    const refused = [
      'services enable',
      'iam service-accounts create tamil-submit',
      'firestore databases create',
      'firestore backups schedules list',
      'storage buckets create',
      'artifacts repositories create',
      'secrets create',
      'secrets versions add',
      'projects add-iam-policy-binding',
      'secrets add-iam-policy-binding',
      'iam service-accounts add-iam-policy-binding',
      'beta services identity create',
      'storage buckets add-iam-policy-binding',
      'artifacts repositories add-iam-policy-binding',
    ].map((command) => `gcloud ${command}`);
    const calls = young.run(['scripts/deploy/bootstrap.sh'], {
      GEMINI_API_KEY: 'a-key',
      REFUSED: refused.join('\n'),
    });
    for (const command of refused)
      expect(starting(calls, ...command.split(' ')).length, command).toBeGreaterThan(1);
    expect(new Set(grants(calls))).toEqual(new Set(grants(first)));
  });

  it('keeps everything in the region', () => {
    const places = first.map((call) => flag(call, 'location') ?? flag(call, 'locations')).filter(Boolean);
    expect(new Set(places)).toEqual(new Set(['asia-south1']));
  });

  it('switches Firebase Authentication on where that is the identity provider', () => {
    const switched = (calls: readonly Call[]) =>
      calls.filter((call) => call.join().includes('initializeAuth'));
    expect(switched(first)).toHaveLength(1);
    expect(switched(again)).toHaveLength(0);
    expect(switched(bootstrap({ _OIDC_ISSUER: 'https://issuer.example' }))).toHaveLength(0);
  });

  it('says what to do where Google makes no default site, and shows the answer', () => {
    const without = new StandInCloud();
    onTestFinished(() => without.remove());
    const run = () => without.run(['scripts/deploy/firebase-project.sh'], { SITES: 'none' });
    expect(run).toThrow(/no default site of Hosting: open .*console\.firebase.*\n\{\}/);
  });

  it('waits until the site that it has made is listed', () => {
    const slow = new StandInCloud();
    onTestFinished(() => slow.remove());
    const calls = slow.run(['scripts/deploy/firebase-project.sh'], { SITES: 'late' });
    expect(calls.filter((call) => call.join().includes('?siteId='))).toHaveLength(1);
  });

  it('says which name to choose where the site of the project’s name is another’s', () => {
    const run = () => cloud.run(['scripts/deploy/firebase-project.sh'], { _HOSTING_SITE: 'taken' });
    expect(run).toThrow(/creating the site taken: HTTP 400\n.*reserved[\s\S]*export _HOSTING_SITE/);
  });

  it('grants no basic role and nothing to everybody', () => {
    expect(grants(first).join('\n')).not.toMatch(/: (owner|editor|viewer) on|undefined/);
    expect(first.flat().join(' ')).not.toMatch(/allUsers|allAuthenticatedUsers/);
  });

  it('never shows the key on a command line', () => {
    expect(first.flat().join(' ')).not.toContain('a-key');
    expect(starting(first, 'gcloud', 'secrets', 'versions', 'add')).toHaveLength(1);
  });

  it('adds no empty key where it is given none', () => {
    const without = new StandInCloud();
    onTestFinished(() => without.remove());
    expect(() => without.run(['scripts/deploy/bootstrap.sh'])).toThrow(
      'set GEMINI_API_KEY, or _GEMINI_ACCESS',
    );
    expect(starting(without.calls(), 'gcloud', 'secrets', 'versions', 'add')).toEqual([]);
  });

  it('creates nothing twice', () => {
    const made = (calls: readonly Call[]) =>
      calls.filter(
        (call) =>
          // Google gives the agent that is there.
          (call.includes('create') && !call.includes('identity')) ||
          call.includes('add') ||
          call.join().includes(':addFirebase'),
      );
    expect(made(first)).toHaveLength(13);
    expect(made(again)).toEqual([]);
    expect(grants(again)).toEqual(grants(first));
  });

  it('needs no key, and makes no secret, where Vertex AI or the rules answer', () => {
    for (const _GEMINI_ACCESS of ['vertex', 'none']) {
      const calls = bootstrap({ _GEMINI_ACCESS, GEMINI_API_KEY: '' });
      expect(starting(calls, 'gcloud', 'secrets')).toEqual([]);
      const vertex = grants(calls).filter((grant) => grant.includes('aiplatform.user'));
      expect(vertex).toHaveLength(_GEMINI_ACCESS === 'vertex' ? 2 : 0);
    }
  });
});

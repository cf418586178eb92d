import { afterAll, describe, expect, it } from 'vitest';
import { type Call, flag, flagsOf, StandInCloud, starting } from '../../test/deploy/scripts.ts';
import { byProgram, PROJECT } from './by-program.ts';
import { ofType } from './stack.ts';

/** What is made once: bootstrap.sh against a stand-in for gcloud, the program under mocks. */
describe('the scripts and the program agree', async () => {
  const calls = new StandInCloud();
  afterAll(() => calls.remove());
  const bootstrap = calls.run(['scripts/deploy/bootstrap.sh'], {
    GEMINI_API_KEY: 'a-key',
    _GEMINI_ACCESS: 'key',
  });
  const all = await byProgram({ _OIDC_ISSUER: `https://securetoken.google.com/${PROJECT}` });
  const one = (type: string) => ofType(all, type)[0]?.inputs;

  it('on the APIs, but for those that only the program needs', () => {
    const enabled = starting(bootstrap, 'gcloud', 'services', 'enable').flatMap((call) =>
      call.filter((word) => word.endsWith('.googleapis.com')),
    );
    const own = ['billingbudgets', 'logging', 'monitoring'].map((name) => `${name}.googleapis.com`);
    const services = ofType(all, 'projects/service:Service').map(({ inputs }) => inputs.service);
    expect(services.sort()).toEqual([...enabled, ...own].sort());
  });

  const created = (...words: string[]): Call => starting(bootstrap, 'gcloud', ...words, 'create')[0] ?? [];

  it('on the database and its backups', () => {
    const database = created('firestore', 'databases');
    expect(one('firestore/database:Database')).toEqual({
      project: PROJECT,
      name: flag(database, 'database'),
      locationId: flag(database, 'location'),
      type: flag(database, 'type')?.toUpperCase().replace('FIRESTORE-NATIVE', 'FIRESTORE_NATIVE'),
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
      deletionPolicy: 'PREVENT',
    });
    expect(flagsOf(database)).toEqual(['database', 'delete-protection', 'enable-pitr', 'type']);
    const schedule = created('firestore', 'backups', 'schedules');
    expect(one('firestore/backupSchedule:BackupSchedule')).toEqual({
      project: PROJECT,
      database: flag(schedule, 'database'),
      [`${flag(schedule, 'recurrence')}Recurrence`]: {},
      retention: `${Number.parseInt(flag(schedule, 'retention') ?? '', 10) * 604_800}s`,
    });
    expect(flagsOf(schedule)).toEqual(['database', 'recurrence', 'retention']);
  });

  it('on sources, images and the secret', () => {
    const bucket = created('storage', 'buckets');
    expect(one('storage/bucket:Bucket')).toEqual({
      project: PROJECT,
      name: bucket[4]?.replace('gs://', ''),
      location: flag(bucket, 'location')?.toUpperCase(),
      uniformBucketLevelAccess: bucket.includes('--uniform-bucket-level-access'),
      publicAccessPrevention: bucket.includes('--public-access-prevention') ? 'enforced' : 'inherited',
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { age: 30 } }],
    });
    expect(flagsOf(bucket)).toEqual(['public-access-prevention', 'uniform-bucket-level-access']);
    const images = created('artifacts', 'repositories');
    expect(one('artifactregistry/repository:Repository')).toEqual({
      project: PROJECT,
      location: flag(images, 'location'),
      repositoryId: images[4],
      format: flag(images, 'repository-format')?.toUpperCase(),
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        { id: 'keep-the-newest', action: 'KEEP', mostRecentVersions: { keepCount: 20 } },
        { id: 'delete-the-old', action: 'DELETE', condition: { olderThan: `${90 * 86_400}s` } },
      ],
      deletionPolicy: 'PREVENT',
    });
    expect(flagsOf(images)).toEqual(['repository-format']);
    const secret = created('secrets');
    expect(one('secretmanager/secret:Secret')).toEqual({
      project: PROJECT,
      secretId: secret[3],
      replication: {
        [camel(flag(secret, 'replication-policy'))]: { replicas: [{ location: flag(secret, 'locations') }] },
      },
      deletionProtection: true,
    });
    expect(flagsOf(secret)).toEqual(['locations', 'replication-policy']);
    const updates = bootstrap.filter((call) => /buckets update|set-cleanup-policies/.test(call.join(' ')));
    expect(updates.map(flagsOf)).toEqual([['lifecycle-file'], ['no-dry-run', 'policy']]);
  });

  it('on Firebase Authentication', () => {
    expect(bootstrap.filter((call) => call.join().includes('initializeAuth'))).toHaveLength(1);
    expect(one('identityplatform/config:Config')).toBeDefined();
  });
});

const camel = (words = ''): string => words.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { made, ofType, stackFile, withSettings } from './stack.ts';

const production = await made(stackFile('production'));
const staging = await made(stackFile('staging'));
const services = (all = production) => ofType(all, 'cloudrunv2/service:Service');
const only = (type: string, all = production) => {
  const [found, ...more] = ofType(all, type);
  expect(more).toEqual([]);
  return found?.inputs;
};

describe('roles', () => {
  const members = [...production, ...staging].filter(({ type }) => /IamMember|IAMMember/.test(type));

  it('are never those of owners or editors, and nobody’s but single accounts’', () => {
    expect(members.length).toBeGreaterThan(50);
    for (const { name, inputs } of members) {
      expect(inputs.role, name).not.toMatch(/^roles\/(owner|editor|viewer)$/);
      // What runs the code of commits and requests administers nothing.
      if (!inputs.member.includes(':tamil-deployer@')) expect(inputs.role, name).not.toMatch(/admin$/i);
      expect(inputs.member, name).toMatch(/^serviceAccount:[\w-]+@[\w-]+\.iam\.gserviceaccount\.com$/);
    }
  });

  it('are single members: no role is taken from somebody whom this program does not know', () => {
    const authoritative = production.filter(({ type }) => /(Binding|IAMPolicy|IamPolicy)$/.test(type));
    expect(authoritative).toEqual([]);
  });

  it('let nobody act as every account of the project', () => {
    for (const { inputs } of ofType(production, 'projects/iAMMember:IAMMember'))
      expect(inputs.role).not.toMatch(/serviceAccount(User|TokenCreator)/);
  });
});

describe('services', () => {
  it('are open for submit and operations, and reached from the project only for the worker', () => {
    const open = Object.fromEntries(
      services().map(({ name, inputs }) => [name, [inputs.ingress, inputs.invokerIamDisabled]]),
    );
    expect(open).toEqual({
      worker: ['INGRESS_TRAFFIC_INTERNAL_ONLY', true],
      submit: ['INGRESS_TRAFFIC_ALL', true],
      operations: ['INGRESS_TRAFFIC_ALL', true],
    });
  });

  it('run one image by its digest, each as its own account', () => {
    const images = services().flatMap(({ inputs }) =>
      inputs.template.containers.map((c: { image: string }) => c.image),
    );
    expect(images).toHaveLength(3);
    expect(new Set(images)).toEqual(new Set([stackFile('production')['tamil:image']]));
    for (const { name, inputs } of services())
      expect(inputs.template.serviceAccount).toBe(`tamil-${name}@my-tamil-api.iam.gserviceaccount.com`);
  });

  it('run in production what staging was tested with', () => {
    const image = stackFile('production')['tamil:image'];
    expect(image).toBe(stackFile('staging')['tamil:image']);
    const readers = ofType(staging, 'artifactregistry/repositoryIamMember:RepositoryIamMember')
      .filter(({ inputs }) => inputs.role === 'roles/artifactregistry.reader')
      .map(({ inputs }) => inputs.member);
    expect(readers).toContain(
      'serviceAccount:service-210987654321@serverless-robot-prod.iam.gserviceaccount.com',
    );
  });

  it('name a version of the secret, and only those that ask the model', () => {
    const keys = services().flatMap(({ name, inputs }) =>
      inputs.template.containers[0].envs
        .filter((env: { valueSource?: object }) => env.valueSource !== undefined)
        .map((env: { valueSource: { secretKeyRef: { version: string } } }) => [
          name,
          env.valueSource.secretKeyRef.version,
        ]),
    );
    expect(keys.sort()).toEqual([
      ['submit', '1'],
      ['worker', '1'],
    ]);
    expect(ofType(production, 'secretmanager/secretVersion:SecretVersion')).toEqual([]);
  });

  it('take another database than the program keeps, as after a restore', async () => {
    const config = withSettings(stackFile('staging'), { _MORE_ENV: 'FIRESTORE_DATABASE=restored' });
    const restored = await made(config);
    for (const { inputs } of services(restored))
      expect(inputs.template.containers[0].envs).toContainEqual({
        name: 'FIRESTORE_DATABASE',
        value: 'restored',
      });
    expect(only('firestore/database:Database', restored).name).toBe('(default)');
  });

  it('keep the traffic at the revisions that serve while new ones are asked', async () => {
    const [first] = services(staging).filter(({ name }) => name === 'submit');
    const former = first?.inputs.template.revision;
    expect(first?.inputs.traffics).toEqual([expect.objectContaining({ revision: former, percent: 100 })]);
    const serving = JSON.stringify({ submit: former, worker: 'worker-1', operations: 'operations-1' });
    const config = withSettings(stackFile('staging'), { _MORE_ENV: 'LOG_LEVEL=debug' });
    const next = await made({ ...config, 'tamil:serving': serving });
    const [second] = services(next).filter(({ name }) => name === 'submit');
    const revision = second?.inputs.template.revision;
    expect(revision).not.toBe(former);
    expect(second?.inputs.traffics.map((t: object) => ({ tag: undefined, ...t }))).toEqual([
      expect.objectContaining({ revision: former, percent: 100, tag: undefined }),
      expect.objectContaining({ revision, percent: 0, tag: 'candidate' }),
    ]);
  });

  it('are not made before there is an image, and neither is what asks them', async () => {
    const { 'tamil:image': _, ...without } = stackFile('production');
    const types = new Set((await made(without)).map(({ type }) => type));
    for (const type of ['cloudrunv2/service:Service', 'cloudscheduler/job:Job', 'compute/uRLMap:URLMap'])
      expect(types).not.toContain(`gcp:${type}`);
    expect(types).toContain('gcp:artifactregistry/repository:Repository');
  });
});

describe('what must not get lost', () => {
  it('cannot be deleted', () => {
    for (const { inputs } of services()) expect(inputs.deletionProtection).toBe(true);
    expect(only('firestore/database:Database')).toMatchObject({
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
      deletionPolicy: 'PREVENT',
    });
    expect(only('secretmanager/secret:Secret').deletionProtection).toBe(true);
    expect(only('cloudtasks/queue:Queue').deletionPolicy).toBe('PREVENT');
    expect(only('artifactregistry/repository:Repository').deletionPolicy).toBe('PREVENT');
  });

  it('can be had back: seven days of the past, and daily backups for four weeks', () => {
    expect(only('firestore/database:Database').pointInTimeRecoveryEnablement).toBe(
      'POINT_IN_TIME_RECOVERY_ENABLED',
    );
    expect(only('firestore/backupSchedule:BackupSchedule')).toMatchObject({
      dailyRecurrence: {},
      retention: '2419200s',
    });
  });

  it('lies in the region', () => {
    const places = production.flatMap(
      ({ inputs }) => inputs.location ?? inputs.locationId ?? inputs.region ?? [],
    );
    expect(new Set(places.map((place: string) => place.toLowerCase()))).toEqual(new Set(['asia-south1']));
  });
});

describe('the database', () => {
  const file = JSON.parse(readFileSync(new URL('../../firestore.indexes.json', import.meta.url), 'utf8'));

  it('has the indexes, exemptions and TTL of firestore.indexes.json', () => {
    const indexes = ofType(production, 'firestore/index:Index').map(({ inputs }) => ({
      collectionGroup: inputs.collection,
      queryScope: inputs.queryScope,
      fields: inputs.fields,
    }));
    expect(indexes).toHaveLength(file.indexes.length);
    expect(indexes).toEqual(expect.arrayContaining(file.indexes));
    const fields = ofType(production, 'firestore/field:Field').map(({ inputs }) => ({
      collectionGroup: inputs.collection,
      fieldPath: inputs.field,
      indexes: inputs.indexConfig.indexes ?? [],
      ...(inputs.ttlConfig !== undefined && { ttl: true }),
    }));
    expect(fields).toHaveLength(file.fieldOverrides.length);
    expect(fields).toEqual(expect.arrayContaining(file.fieldOverrides));
  });

  it('has the rules of firestore.rules', () => {
    const { content } = only('firebaserules/ruleset:Ruleset').source.files[0];
    expect(content).toBe(readFileSync(new URL('../../firestore.rules', import.meta.url), 'utf8'));
    expect(only('firebaserules/release:Release')).toMatchObject({
      name: 'cloud.firestore',
      rulesetName: 'projects/my-tamil-api/rulesets/a-ruleset',
    });
  });
});

describe('a domain of one’s own', () => {
  it('is an option', () => {
    expect(ofType(staging, 'compute/securityPolicy:SecurityPolicy')).toEqual([]);
    expect(ofType(staging, 'projects/service:Service').map(({ name }) => name)).not.toContain('compute');
  });

  it('gives submit the paths that Hosting gives it, and operations all others', () => {
    const { defaultService, pathMatchers } = only('compute/uRLMap:URLMap');
    expect(defaultService).toBe('operations-id');
    const rules = pathMatchers[0].routeRules.map(
      (rule: { service: string; matchRules: { pathTemplateMatch: string }[] }) => [
        rule.matchRules[0]?.pathTemplateMatch,
        rule.service,
      ],
    );
    expect(rules).toEqual([
      ['/v1/proofread', 'submit-id'],
      ['/v1/essay-critique', 'submit-id'],
      ['/v1/admin/integrations/*/certifications', 'submit-id'],
    ]);
  });

  it('has a limit for each address before both', () => {
    for (const { inputs } of ofType(production, 'compute/backendService:BackendService'))
      expect(inputs.securityPolicy).toBe('api-id');
    const [throttle] = only('compute/securityPolicy:SecurityPolicy').rules;
    expect(throttle.rateLimitOptions).toMatchObject({
      exceedAction: 'deny(429)',
      rateLimitThreshold: { count: 600, intervalSec: 60 },
    });
  });
});

import * as gcp from '@pulumi/gcp';
import * as z from 'zod';
import type { Place } from './place.ts';
import { projectFile } from './project-file.ts';

const indexesFile = z.strictObject({
  indexes: z.array(
    z.strictObject({
      collectionGroup: z.string(),
      queryScope: z.literal('COLLECTION'),
      fields: z.array(z.strictObject({ fieldPath: z.string(), order: z.enum(['ASCENDING', 'DESCENDING']) })),
    }),
  ),
  fieldOverrides: z.array(
    z.strictObject({
      collectionGroup: z.string(),
      fieldPath: z.string(),
      ttl: z.boolean().optional(),
      // Only exemptions: what has its own index there would need more than an empty list here.
      indexes: z.array(z.never()),
    }),
  ),
});

const WEEK_S = 7 * 24 * 3600;

/**
 * The database: it cannot be deleted, can be read as it was in the last seven days, and is backed up daily. Indexes, exemptions and
 * TTL are those of `firestore.indexes.json`, the rules those of `firestore.rules`.
 */
export function makeDatabase({ project, region, config, after }: Place): gcp.firestore.Database {
  const { _DATABASE: name, _BACKUP_RETENTION } = config.settings;
  const database = new gcp.firestore.Database(
    'database',
    {
      project,
      name,
      locationId: region,
      type: 'FIRESTORE_NATIVE',
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
      deletionPolicy: 'PREVENT',
    },
    after,
  );
  const within = { project, database: database.name };
  new gcp.firestore.BackupSchedule(
    'daily',
    { ...within, dailyRecurrence: {}, retention: `${Number.parseInt(_BACKUP_RETENTION, 10) * WEEK_S}s` },
    after,
  );

  const { indexes, fieldOverrides } = indexesFile.parse(JSON.parse(projectFile('firestore.indexes.json')));
  for (const { collectionGroup: collection, queryScope, fields } of indexes) {
    new gcp.firestore.Index(
      [collection, ...fields.map(({ fieldPath }) => fieldPath)].join('-'),
      { ...within, collection, queryScope, fields },
      after,
    );
  }
  for (const { collectionGroup: collection, fieldPath: field, ttl } of fieldOverrides) {
    new gcp.firestore.Field(
      `${collection}-${field}`,
      { ...within, collection, field, indexConfig: {}, ...(ttl === true && { ttlConfig: {} }) },
      after,
    );
  }

  const rules = new gcp.firebaserules.Ruleset(
    'rules',
    { project, source: { files: [{ name: 'firestore.rules', content: projectFile('firestore.rules') }] } },
    { ...after, dependsOn: [database] },
  );
  new gcp.firebaserules.Release(
    'rules',
    {
      project,
      // https://firebase.google.com/docs/reference/rules/rest/v1/projects.releases
      name: name === '(default)' ? 'cloud.firestore' : `cloud.firestore/${name}`,
      rulesetName: rules.name.apply((id) => `projects/${project}/rulesets/${id.split('/').at(-1)}`),
    },
    after,
  );
  return database;
}

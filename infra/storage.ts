import * as gcp from '@pulumi/gcp';
import * as z from 'zod';
import type { Place } from './place.ts';
import { projectFile } from './project-file.ts';

const cleanup = z.array(
  z.strictObject({
    name: z.string(),
    action: z.strictObject({ type: z.enum(['Keep', 'Delete']) }),
    mostRecentVersions: z.strictObject({ keepCount: z.int() }).optional(),
    condition: z.strictObject({ olderThan: z.string().regex(/^\d+d$/) }).optional(),
  }),
);
const lifecycle = z.strictObject({
  rule: z.array(
    z.strictObject({
      action: z.strictObject({ type: z.literal('Delete') }),
      condition: z.strictObject({ age: z.int() }),
    }),
  ),
});

/** Where the sources of builds are put. They are kept no longer than somebody may ask for them. */
export function makeSources({ project, region, after }: Place): gcp.storage.Bucket {
  const { rule } = lifecycle.parse(JSON.parse(projectFile('scripts/deploy/sources-lifecycle.json')));
  return new gcp.storage.Bucket(
    'sources',
    {
      project,
      name: `${project}-tamil-builds`,
      location: region.toUpperCase(),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      lifecycleRules: rule,
    },
    after,
  );
}

/** The repository of images, with the policies that the shell way sets too. */
export function makeImages({ project, region, config, after }: Place): gcp.artifactregistry.Repository {
  const policies = cleanup.parse(JSON.parse(projectFile('scripts/deploy/images-cleanup.json')));
  return new gcp.artifactregistry.Repository(
    'images',
    {
      project,
      location: region,
      repositoryId: config.settings._REPOSITORY,
      format: 'DOCKER',
      cleanupPolicyDryRun: false,
      cleanupPolicies: policies.map(({ name, action, condition, mostRecentVersions }) => ({
        id: name,
        action: action.type.toUpperCase(),
        ...(mostRecentVersions !== undefined && { mostRecentVersions }),
        ...(condition !== undefined && {
          condition: { olderThan: `${Number.parseInt(condition.olderThan, 10) * 86_400}s` },
        }),
      })),
      deletionPolicy: 'PREVENT',
    },
    after,
  );
}

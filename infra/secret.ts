import * as gcp from '@pulumi/gcp';
import type { Place } from './place.ts';

/**
 * The secret that holds the Gemini key, if the deployment uses one. A person adds its versions: the key must not lie in the state
 * of a stack.
 */
export function makeSecret({ project, region, config, after }: Place): gcp.secretmanager.Secret | undefined {
  if (config.settings._GEMINI_ACCESS !== 'key') return undefined;
  return new gcp.secretmanager.Secret(
    'gemini-key',
    {
      project,
      secretId: config.settings._GEMINI_SECRET,
      replication: { userManaged: { replicas: [{ location: region }] } },
      deletionProtection: true,
    },
    after,
  );
}

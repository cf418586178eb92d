import * as gcp from '@pulumi/gcp';
import type { Place } from './place.ts';

/**
 * Cloud Armor: so many requests a minute of one address, 429 beyond. No ready-made rules against attacks: they read bodies, and a
 * text in Tamil may look like anything to them.
 */
export function makePolicy({ project, after }: Place, count: number): gcp.compute.SecurityPolicy {
  const everybody = { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } };
  return new gcp.compute.SecurityPolicy(
    'api',
    {
      project,
      name: 'tamil-api',
      type: 'CLOUD_ARMOR',
      rules: [
        {
          action: 'throttle',
          priority: 1000,
          match: everybody,
          description: 'So many requests a minute of one address',
          rateLimitOptions: {
            conformAction: 'allow',
            exceedAction: 'deny(429)',
            enforceOnKey: 'IP',
            rateLimitThreshold: { count, intervalSec: 60 },
          },
        },
        { action: 'allow', priority: 2_147_483_647, match: everybody, description: 'All others' },
      ],
    },
    after,
  );
}

import * as gcp from '@pulumi/gcp';
import { usesFirebaseAuthentication } from './apis.ts';
import type { Place } from './place.ts';

/** Makes the project one of Firebase, with its sites of Hosting, and with Authentication where that is the identity provider. */
export function makeFirebase({ project, config, after }: Place): void {
  const firebase = new gcp.firebase.Project('firebase', { project }, after);
  const then = { ...after, dependsOn: [firebase] };
  // firebase-tools deploys to no site, not even to another one, before the project has its default site.
  for (const siteId of new Set([project, config.settings._HOSTING_SITE]))
    new gcp.firebase.HostingSite(siteId, { project, siteId, deletionPolicy: 'PREVENT' }, then);
  if (usesFirebaseAuthentication(config))
    new gcp.identityplatform.Config('authentication', { project }, then);
}

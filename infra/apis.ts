import * as gcp from '@pulumi/gcp';
import type { Config } from './config.ts';

const ALWAYS = [
  'artifactregistry',
  'billingbudgets',
  'cloudbuild',
  'cloudresourcemanager',
  'cloudscheduler',
  'cloudtasks',
  'firebase',
  'firebasehosting',
  'firebaserules',
  'firestore',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'run',
  'secretmanager',
];

export const usesFirebaseAuthentication = ({ settings }: Config): boolean =>
  settings._OIDC_ISSUER.startsWith('https://securetoken.google.com/');

/** Switches the APIs on that the rest needs. They stay on when the stack goes: others may use them. */
export function enableApis(config: Config): gcp.projects.Service[] {
  const names = [
    ...ALWAYS,
    ...(config.settings._GEMINI_ACCESS === 'vertex' ? ['aiplatform'] : []),
    ...(usesFirebaseAuthentication(config) ? ['identitytoolkit'] : []),
    ...(config.domain !== undefined ? ['compute'] : []),
  ];
  return names.map(
    (name) =>
      new gcp.projects.Service(name, {
        project: config.project,
        service: `${name}.googleapis.com`,
        disableOnDestroy: false,
      }),
  );
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What differs between deployments; in firebase.json stand the defaults. */
export interface DeploymentNames {
  readonly region: string;
  readonly database: string;
  readonly site: string;
  readonly submit: string;
  readonly operations: string;
}

interface Rewrite {
  readonly source: string;
  readonly run: { readonly serviceId: 'submit' | 'operations'; readonly region: string };
}

interface Headers {
  readonly source: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

interface FirebaseConfig {
  readonly hosting: {
    readonly rewrites: readonly Rewrite[];
    readonly headers?: readonly Headers[];
    readonly [key: string]: unknown;
  };
  readonly firestore?: object;
  readonly [key: string]: unknown;
}

const ASSETS = '/assets/**';

/**
 * firebase.json for one deployment: its services, region, site and database in place of the defaults.
 * @param assets names of the files below `/assets/`. Their headers are for them alone: Hosting would also put them on the 404
 *   of a file that is not there, and caches would keep that for a year.
 */
export function firebaseConfig(
  base: FirebaseConfig,
  names: DeploymentNames,
  assets: readonly string[] = [],
): FirebaseConfig {
  const { emulators: _local, ...deployed } = base;
  const rewrites = base.hosting.rewrites.map((rewrite) => ({
    ...rewrite,
    run: { ...rewrite.run, serviceId: names[rewrite.run.serviceId], region: names.region },
  }));
  return {
    ...deployed,
    hosting: {
      ...base.hosting,
      site: names.site,
      rewrites: rewrites as readonly Rewrite[],
      ...(base.hosting.headers && {
        headers: base.hosting.headers.flatMap((entry) =>
          entry.source === ASSETS ? assets.map((name) => ({ ...entry, source: `/assets/${name}` })) : [entry],
        ),
      }),
    },
    ...(base.firestore !== undefined && {
      firestore: { ...base.firestore, database: names.database, location: names.region },
    }),
  };
}

if (import.meta.main) {
  const need = (name: string): string => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set`);
    return value;
  };
  const base = JSON.parse(readFileSync(new URL('../../firebase.json', import.meta.url), 'utf8'));
  const names = {
    region: need('_REGION'),
    database: need('_DATABASE'),
    site: need('_HOSTING_SITE'),
    submit: need('_SUBMIT_SERVICE'),
    operations: need('_OPERATIONS_SERVICE'),
  };
  const folder = new URL(`../../${base.hosting.public}/assets/`, import.meta.url);
  const assets = existsSync(folder) ? readdirSync(folder) : [];
  console.log(JSON.stringify(firebaseConfig(base, names, assets), undefined, 2));
}

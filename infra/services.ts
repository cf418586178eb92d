import { createHash } from 'node:crypto';
import * as gcp from '@pulumi/gcp';
import { type Input, type Output, output, type Resource } from '@pulumi/pulumi';
import type { Accounts } from './accounts.ts';
import { environmentOf, type Target } from './environment.ts';
import type { Place } from './place.ts';

export type Services = Readonly<Record<Target, gcp.cloudrunv2.Service>>;

const INGRESS = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
} as const;

/** The address that Cloud Run derives from name and number, so it is known before the first deployment. */
export const workerUrlOf = ({ number, region, config }: Place): Output<string> =>
  number.apply((n) => `https://${config.settings._WORKER_SERVICE}-${n}.${region}.run.app`);

/**
 * The three services, all from one image. A revision's name follows from what it consists of, so it is known before it exists, and
 * `serving` of the configuration can keep the traffic at the former one while the new one is asked.
 */
export function makeServices(
  place: Place,
  accounts: Accounts,
  image: string,
  key: gcp.secretmanager.Secret | undefined,
  roles: Resource[],
): Services {
  const make = (target: Target, then: Resource[]) => makeService(target, place, accounts, image, key, then);
  // An old worker may not understand what a new submit writes, so submit comes last.
  const worker = make('worker', roles);
  const operations = make('operations', [...roles, worker]);
  return { worker, operations, submit: make('submit', [...roles, worker, operations]) };
}

function makeService(
  target: Target,
  place: Place,
  accounts: Accounts,
  image: string,
  key: gcp.secretmanager.Secret | undefined,
  dependsOn: Resource[],
): gcp.cloudrunv2.Service {
  const { project, region, config, after } = place;
  const { settings, serving } = config;
  const name = target.toUpperCase() as Uppercase<Target>;
  const service = settings[`_${name}_SERVICE`];
  // A minute above the attempt, so that the attempt ends itself and its verdict is stored. Hosting gives up after 60 s.
  const timeoutS = target === 'worker' ? Math.floor(settings._WORKER_ATTEMPT_TIMEOUT_MS / 1000) + 60 : 60;
  const template = output({
    serviceAccount: accounts[target].email,
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    timeout: `${timeoutS}s`,
    maxInstanceRequestConcurrency: settings[`_${name}_CONCURRENCY`],
    scaling: {
      minInstanceCount: settings[`_${name}_MIN_INSTANCES`],
      maxInstanceCount: settings[`_${name}_MAX_INSTANCES`],
    },
    containers: [
      {
        image,
        resources: { limits: { cpu: '1', memory: '1Gi' }, cpuIdle: true, startupCpuBoost: true },
        envs: [
          ...variables(environmentOf(target, place, accounts, workerUrlOf(place))),
          ...(target === 'operations' || key === undefined
            ? []
            : [keyOf(key, settings._GEMINI_SECRET_VERSION)]),
        ],
      },
    ],
  });
  const named = template.apply((content) => ({ ...content, revision: `${service}-${digestOf(content)}` }));
  const to = (revision: Input<string>) => ({ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision });
  const candidate = { ...to(named.revision), tag: 'candidate' };
  const former = serving?.[target];
  return new gcp.cloudrunv2.Service(
    target,
    {
      project,
      location: region,
      name: service,
      ingress: INGRESS[settings[`${name}_INGRESS`]],
      invokerIamDisabled: settings[`${name}_INVOKER_IAM_CHECK`] === 'off',
      deletionProtection: true,
      template: named,
      traffics:
        former === undefined
          ? [{ ...candidate, percent: 100 }]
          : [
              { ...to(former), percent: 100 },
              { ...candidate, percent: 0 },
            ],
    },
    { ...after, dependsOn },
  );
}

const digestOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);

const variables = (environment: Record<string, Input<string>>) =>
  Object.entries(environment).map(([name, value]) => ({ name, value }));

/** A number, so that an instance that starts finds no other key than the deployment that was tested. */
const keyOf = (key: gcp.secretmanager.Secret, version: string) => ({
  name: 'GEMINI_API_KEY',
  valueSource: { secretKeyRef: { secret: key.secretId, version } },
});

import * as gcp from '@pulumi/gcp';
import * as z from 'zod';
import { makePolicy } from './armor.ts';
import type { Place } from './place.ts';
import { projectFile } from './project-file.ts';
import type { Services } from './services.ts';

const hosting = z.object({
  hosting: z.object({
    rewrites: z.array(
      z.object({ source: z.string(), run: z.object({ serviceId: z.enum(['submit', 'operations']) }) }),
    ),
  }),
});

/** The paths of `submit`, as Hosting has them. `*` is one part of a path there and here. */
export const pathsOfSubmit = (): string[] =>
  hosting
    .parse(JSON.parse(projectFile('firebase.json')))
    .hosting.rewrites.flatMap(({ source, run }) => (run.serviceId === 'submit' ? [source] : []));

/**
 * A global load balancer with a domain of your own before `submit` and `operations`, with a limit for each address. It hands on a
 * stream as it comes, which Hosting does not. Gives the address that the domain must point at.
 */
export function makeDomain(place: Place, domain: NonNullable<Place['config']['domain']>, services: Services) {
  const { project, after } = place;
  const policy = makePolicy(place, domain.requestsPerMinuteOfAnAddress);
  const submit = makeBackend('submit', place, services, policy);
  const operations = makeBackend('operations', place, services, policy);
  const paths = new gcp.compute.URLMap(
    'api',
    {
      project,
      name: 'tamil-api',
      defaultService: operations.id,
      hostRules: [{ hosts: [domain.name], pathMatcher: 'api' }],
      pathMatchers: [
        {
          name: 'api',
          defaultService: operations.id,
          routeRules: pathsOfSubmit().map((path, at) => ({
            priority: at + 1,
            matchRules: [{ pathTemplateMatch: path }],
            service: submit.id,
          })),
        },
      ],
    },
    after,
  );
  const certificate = new gcp.compute.ManagedSslCertificate(
    'api',
    {
      project,
      name: `tamil-${domain.name.replaceAll('.', '-')}`.slice(0, 63),
      managed: { domains: [domain.name] },
    },
    after,
  );
  const tls = new gcp.compute.SSLPolicy(
    'api',
    { project, name: 'tamil-api', profile: 'MODERN', minTlsVersion: 'TLS_1_2' },
    after,
  );
  const proxy = new gcp.compute.TargetHttpsProxy(
    'api',
    { project, name: 'tamil-api', urlMap: paths.id, sslCertificates: [certificate.id], sslPolicy: tls.id },
    after,
  );
  const address = new gcp.compute.GlobalAddress(
    'api',
    { project, name: 'tamil-api', deletionPolicy: 'PREVENT' },
    after,
  );
  new gcp.compute.GlobalForwardingRule(
    'api',
    {
      project,
      name: 'tamil-api',
      target: proxy.id,
      ipAddress: address.address,
      portRange: '443',
      loadBalancingScheme: 'EXTERNAL_MANAGED',
    },
    after,
  );
  return address.address;
}

function makeBackend(
  name: 'submit' | 'operations',
  { project, region, after }: Place,
  services: Services,
  policy: gcp.compute.SecurityPolicy,
): gcp.compute.BackendService {
  const group = new gcp.compute.RegionNetworkEndpointGroup(
    name,
    {
      project,
      region,
      name: `tamil-${name}`,
      networkEndpointType: 'SERVERLESS',
      cloudRun: { service: services[name].name },
    },
    after,
  );
  return new gcp.compute.BackendService(
    name,
    {
      project,
      name: `tamil-${name}`,
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      protocol: 'HTTPS',
      backends: [{ group: group.id }],
      securityPolicy: policy.id,
      logConfig: { enable: true, sampleRate: 0.1 },
    },
    after,
  );
}

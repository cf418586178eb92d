import { readFileSync } from 'node:fs';
import { runtime } from '@pulumi/pulumi';
import { parse } from 'yaml';
import { readConfig } from '../config.ts';
import { deploy } from '../deployment.ts';

/** One resource, with what the program gave it. */
export interface Made {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type has inputs of its own
  readonly inputs: any;
}

/** The configuration in a stack file, as Pulumi hands it to the program: what is structured is JSON. */
export function stackFile(name: 'staging' | 'production'): Record<string, string> {
  const { config } = parse(readFileSync(new URL(`../Pulumi.${name}.yaml`, import.meta.url), 'utf8'));
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

/** `config` with other settings than `settings.env` or its own. */
export const withSettings = (config: Record<string, string>, settings: Record<string, string>) => ({
  ...config,
  'tamil:settings': JSON.stringify({ ...JSON.parse(config['tamil:settings'] ?? '{}'), ...settings }),
});

export const PROJECT_NUMBER = '123456789012';

/** Runs the program with a configuration under Pulumi's mocks: no account, no command, no network. */
export async function made(config: Record<string, string>): Promise<Made[]> {
  const resources: Made[] = [];
  await runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        resources.push({ type, name, inputs });
        return { id: `${name}-id`, state: { ...inputs, ...computed(type, name, inputs) } };
      },
      call: ({ token }) =>
        token === 'gcp:organizations/getProject:getProject' ? { number: PROJECT_NUMBER } : {},
    },
    'tamil',
    'test',
  );
  deploy(readConfig(config));
  await runtime.disconnect();
  return resources;
}

/** What Google would add, of which the program makes use. */
function computed(type: string, name: string, inputs: Made['inputs']): Record<string, unknown> {
  switch (type) {
    case 'gcp:serviceaccount/account:Account': {
      const email = `${inputs.accountId}@${inputs.project}.iam.gserviceaccount.com`;
      return {
        email,
        member: `serviceAccount:${email}`,
        name: `projects/${inputs.project}/serviceAccounts/${email}`,
      };
    }
    case 'gcp:projects/serviceIdentity:ServiceIdentity': {
      const email = `service-${PROJECT_NUMBER}@gcp-sa-${inputs.service.split('.')[0]}.iam.gserviceaccount.com`;
      return { email, member: `serviceAccount:${email}` };
    }
    case 'gcp:artifactregistry/repository:Repository':
      return { name: inputs.repositoryId };
    case 'gcp:firebaserules/ruleset:Ruleset':
      return { name: `projects/${inputs.project}/rulesets/a-ruleset` };
    case 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig':
      return { uptimeCheckId: `${name}-check` };
    default:
      return {};
  }
}

export const ofType = (resources: readonly Made[], type: string): Made[] =>
  resources.filter((resource) => resource.type === `gcp:${type}`);

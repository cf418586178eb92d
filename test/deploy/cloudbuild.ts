import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './scripts.ts';

export interface Step {
  readonly id: string;
  readonly name: string;
  readonly entrypoint: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly waitFor: readonly string[] | undefined;
}

export interface CloudBuild {
  readonly steps: readonly Step[];
  readonly substitutions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly text: string;
}

/**
 * cloudbuild.yaml or cloudbuild.deploy.yaml, in the plain style they are written in: two levels, one key a line, lists in
 * brackets or by dashes.
 */
export function readCloudBuild(file: 'cloudbuild.yaml' | 'cloudbuild.deploy.yaml'): CloudBuild {
  const text = readFileSync(join(root, file), 'utf8');
  const steps: Record<string, string>[] = [];
  const substitutions: Record<string, string> = {};
  const options: Record<string, string> = {};
  let section = '';
  for (const line of text.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const top = /^(\w+):/.exec(line);
    if (top) section = top[1] ?? '';
    if (section === 'steps' && line.startsWith('  - ')) steps.push({});
    const pair = /^ {2}(?:- | {2})?(\w+): (.*)$/.exec(line);
    if (pair && section === 'steps') Object.assign(steps.at(-1) ?? {}, { [pair[1] ?? '']: pair[2] });
    if (pair && section === 'substitutions') substitutions[pair[1] ?? ''] = scalar(pair[2] ?? '');
    if (pair && section === 'options') options[pair[1] ?? ''] = scalar(pair[2] ?? '');
  }
  return {
    text,
    substitutions,
    options,
    serviceAccount: /^serviceAccount: .*serviceAccounts\/tamil-(\w+)@/m.exec(text)?.[1] ?? '',
    steps: steps.map((step) => ({
      id: step['id'] ?? '',
      name: step['name'] ?? '',
      entrypoint: step['entrypoint'] ?? '',
      args: list(step['args']) ?? [],
      env: list(step['env']) ?? [],
      waitFor: list(step['waitFor']),
    })),
  };
}

/** The environment that Cloud Build gives every step of a build with these substitutions. */
export const environmentOf = (
  build: CloudBuild,
  overrides: Record<string, string> = {},
): Record<string, string> => ({
  ...build.substitutions,
  ...overrides,
  PROJECT_ID: 'demo-project',
  PROJECT_NUMBER: '123456789012',
  BUILD_ID: 'a-build',
});

const scalar = (value: string): string => value.replace(/^'(.*)'$/, '$1');
const list = (value: string | undefined): string[] | undefined =>
  value
    ?.slice(1, -1)
    .split(/, (?=(?:[^']*'[^']*')*[^']*$)/)
    .map(scalar);

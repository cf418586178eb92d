import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { stackFile, withSettings } from './stack.ts';

const good = stackFile('staging');
const faultsOf = (config: Record<string, string>): string[] => {
  try {
    readConfig(config);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
};
const without = (key: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));

describe('the configuration of a stack', () => {
  it('takes what the example files have', () => {
    for (const name of ['staging', 'production'] as const) expect(faultsOf(stackFile(name))).toEqual([]);
  });

  it('has the settings of settings.env, and those of the stack before them', () => {
    const { settings } = readConfig(good);
    expect(settings).toMatchObject({
      _QUEUE: 'operations',
      _WORKER_MAX_INSTANCES: 2,
      _HOSTING_SITE: 'my-tamil-api-staging',
    });
    expect(readConfig(withSettings(good, { _REGION: 'europe-west1' })).settings._VERTEX_LOCATION).toBe(
      'europe-west1',
    );
  });

  it('names every fault at once', () => {
    const bad = {
      ...without('gcp:project'),
      'tamil:image': 'asia-south1-docker.pkg.dev/p/tamil/functions:latest',
      'tamil:alertEmails': '[]',
      'tamil:unknown': 'x',
    };
    expect(faultsOf(bad)).toEqual([
      '  gcp:project: must be set',
      '  tamil:image: must name an image by its digest (…@sha256:…)',
      '  tamil:alertEmails: somebody must be told',
      '  tamil: Unrecognized key: "unknown"',
    ]);
  });

  it.each([
    [{ _WORKER_MAX_INSTANCE: '3' }, 'Unrecognized key: "_WORKER_MAX_INSTANCE"'],
    [{ WORKER_INGRESS: 'all' }, 'WORKER_INGRESS: only the project may reach the worker'],
    [{ WORKER_INVOKER_IAM_CHECK: 'on' }, 'WORKER_INVOKER_IAM_CHECK: the worker needs signatures'],
    [{ _GEMINI_SECRET_VERSION: 'latest' }, '_GEMINI_SECRET_VERSION: must be a number, never latest'],
    [{ _SUBMIT_MIN_INSTANCES: '3' }, '_SUBMIT_MIN_INSTANCES: is above the maximum'],
    [{ _BACKUP_RETENTION: '15w' }, '_BACKUP_RETENTION: must be weeks, at most 14w'],
    [{ _OIDC_ISSUER: 'login' }, '_OIDC_ISSUER: Invalid URL'],
    [{ _SUBMIT_CONCURRENCY: 'many' }, '_SUBMIT_CONCURRENCY: Invalid input'],
  ])('refuses the settings %j', (settings, fault) => {
    expect(faultsOf(withSettings(good, settings as Record<string, string>))).toEqual([
      expect.stringContaining(fault),
    ]);
  });
});

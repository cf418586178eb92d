import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { shellBlocks } from './gcloud-commands.ts';
import { flag, root, StandInCloud, starting } from './scripts.ts';

const cloud = new StandInCloud();
afterAll(() => cloud.remove());

/** A variable that is not set ends it. What asks nothing of Google stands still: npm, git, and scripts with tests of their own. */
const STILL = `
  set -u
  npm() { :; }
  git() { echo abc1234; }
  function node_modules/.bin/node { :; }
  function scripts/deploy/bootstrap.sh { :; }
  function scripts/deploy/smoke.sh { :; }
`;

/** The commands of docs/deploy.md as somebody types them who reads from the top, in one shell that knows nothing else. */
function follow(chosen = ''): readonly (readonly string[])[] {
  const steps = shellBlocks(readFileSync(join(root, 'docs/deploy.md'), 'utf8'));
  return cloud.run(['-c', `${STILL}${chosen}\n${steps}`], { PROJECT_ID: '' });
}

describe('docs/deploy.md, followed step by step', () => {
  it('uses no variable before it is set, and builds and deploys in the project that it made', () => {
    const calls = follow();
    expect(calls.length).toBeGreaterThan(15);
    expect(starting(calls, 'gcloud', 'projects', 'create')[0]?.[3]).toBe('my-tamil-api');
    for (const call of starting(calls, 'gcloud', 'builds', 'submit')) {
      // Else the sources lie in the United States, and the build runs anywhere.
      expect(flag(call, 'region')).toBe('asia-south1');
      expect(flag(call, 'gcs-source-staging-dir')).toBe('gs://my-tamil-api-tamil-builds/source');
    }
    for (const call of calls)
      expect(flag(call, 'project') ?? 'my-tamil-api', call.join(' ')).toBe('my-tamil-api');
  });

  it.each([
    ['', {}],
    [
      'export _GEMINI_ACCESS=vertex _VERTEX_LOCATION=global _HOSTING_SITE=a-site _DATABASE=tamil',
      { _GEMINI_ACCESS: 'vertex', _VERTEX_LOCATION: 'global', _HOSTING_SITE: 'a-site', _DATABASE: 'tamil' },
    ],
  ])('hands the deployment settings that there are, and what was chosen before: %s', (chosen, expected) => {
    const submitted = starting(follow(chosen), 'gcloud', 'builds', 'submit').find(
      (call) => flag(call, 'config') === 'cloudbuild.deploy.yaml',
    );
    // The image is what the registry would say.
    const { _IMAGE: _, ...given } = Object.fromEntries(
      (flag(submitted ?? [], 'substitutions') ?? '')
        .split(',')
        .map((pair) => pair.split(/=(.*)/).slice(0, 2)),
    );
    expect(given).toMatchObject({ _REGION: 'asia-south1', ...expected });
    expect(Object.keys(readSettings({}))).toEqual(expect.arrayContaining(Object.keys(given)));
    for (const [name, value] of Object.entries(given)) expect(value, name).not.toBe('');
  });
});

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { root, StandInCloud } from './scripts.ts';

const IMAGE = 'asia-south1-docker.pkg.dev/demo-project/tamil/functions';
const cloud = new StandInCloud();
/** The scripts in a clone that was built: they replace folders. */
const clone = mkdtempSync(join(tmpdir(), 'clone-'));
cpSync(join(root, 'scripts/deploy'), join(clone, 'scripts/deploy'), {
  recursive: true,
  filter: (path) => !path.includes('firebase-tools'),
});
for (const folder of ['dist/web', 'web/dist']) mkdirSync(join(clone, folder), { recursive: true });
writeFileSync(join(clone, 'dist/register.mjs'), '');
writeFileSync(join(clone, 'dist/web/of-another-build.js'), '');
writeFileSync(join(clone, 'web/dist/index.html'), 'the page');
afterAll(() => {
  cloud.remove();
  rmSync(clone, { recursive: true });
});
const run = (script: string, env: Record<string, string>) =>
  cloud.run([join(clone, 'scripts/deploy', script)], env).map((call) => call.join(' '));

it('image.sh builds the functions with the page that was built, and puts them into the repository', () => {
  const [build, push] = run('image.sh', { _TAG: 'abc1234' });
  expect(build).toBe(`docker build --file=scripts/deploy/Dockerfile --tag=${IMAGE}:abc1234 dist`);
  expect(push).toBe(`docker push ${IMAGE}:abc1234`);
  expect(readdirSync(join(clone, 'dist'), { recursive: true }).sort()).toEqual([
    'register.mjs',
    'web',
    'web/index.html',
  ]);
  // What the image copies lies in the folder that it is built from.
  const dockerfile = readFileSync(join(root, 'scripts/deploy/Dockerfile'), 'utf8');
  expect(dockerfile).toMatch(/^WORKDIR \/function$[\s\S]*^COPY --chown=node \. \.$/m);
});

it('page.sh takes the page out of the image that is deployed, and nothing of what lay there', () => {
  writeFileSync(join(clone, 'web/dist/of-another-build.js'), '');
  const _IMAGE = `${IMAGE}@sha256:${'0'.repeat(64)}`;
  expect(run('page.sh', { _IMAGE })).toEqual([
    `docker create ${_IMAGE}`,
    'docker cp a-container:/function/web web/dist',
    'docker rm a-container',
  ]);
  expect(existsSync(join(clone, 'web/dist'))).toBe(false);
});

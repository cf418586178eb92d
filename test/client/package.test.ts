import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'client-package-'));
/** As in the tarball that npm makes, which has everything below `package/`. */
const built = join(directory, 'package');
const NAME = '@tamil-text-analysis/client';
let tarball: Buffer;

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build-client.ts', built], { stdio: 'inherit' });
  tarball = execFileSync('tar', ['-czf', '-', '-C', directory, 'package']);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the client as a package', () => {
  it('passes publint', async () => {
    const { messages, pkg = {} } = await publint({ pkgDir: built, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('passes attw for importers of ES modules', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    if (analysis.types === false) throw new Error('the package has no types');
    // What is older than ES modules, and what requires them.
    const left = analysis.problems.filter(
      (problem) =>
        !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(left).toEqual([]);
    expect(Object.values(analysis.entrypoints['.']?.resolutions ?? {})).toHaveLength(4);
  });

  it('runs where it is installed, and brings nothing with it', () => {
    const home = join(directory, 'node_modules', NAME);
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', '-', '-C', home, '--strip-components=1'], { input: tarball });
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    const script = `import * as client from '${NAME}'; console.log(typeof client.createClient);`;
    const node = ['--input-type=module', '-e', script];
    expect(execFileSync(process.execPath, node, { cwd: directory, encoding: 'utf8' })).toBe('function\n');
  });
});

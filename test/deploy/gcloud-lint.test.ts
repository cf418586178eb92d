import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { environmentOf, readCloudBuild } from './cloudbuild.ts';
import { gcloudCommands, namedCommands, shellBlocks } from './gcloud-commands.ts';
import { type Call, root, StandInCloud } from './scripts.ts';
import { gcloudSdk, pythonOf } from './warm-gcloud.ts';

const build = readCloudBuild('cloudbuild.deploy.yaml');
const _IMAGE = `an-image@sha256:${'0'.repeat(64)}`;
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const cloud = new StandInCloud();
afterAll(() => cloud.remove());

/** The first two are run with the real gcloud by release.test.ts, the others call none. */
const ASK = ['candidate', 'release', 'analysis', 'page'];
/** Every gcloud command the scripts give, in a project where nothing exists and again where everything does. */
function fromScripts(): Call[] {
  const calls: Call[] = [];
  for (const _GEMINI_ACCESS of ['key', 'key', 'vertex', 'none']) {
    calls.push(...cloud.run(['scripts/deploy/bootstrap.sh'], { _GEMINI_ACCESS, GEMINI_API_KEY: 'k' }));
    for (const { args, id } of build.steps) {
      if (!args[0]?.startsWith('scripts/deploy/') || ASK.includes(id)) continue;
      calls.push(...cloud.run(args, environmentOf(build, { _IMAGE, _GEMINI_ACCESS })));
    }
  }
  // By hand the project's number is looked up.
  calls.push(...cloud.run(['scripts/deploy/sweep.sh']));
  calls.push(...cloud.run(['scripts/deploy/swept.sh'], { ATTEMPTS: 'PAUSED' }));
  return calls.filter(([name]) => name === 'gcloud');
}

const scripts = fromScripts();
const documents = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`);
const written = [
  ...gcloudCommands(build.text),
  ...gcloudCommands(readCloudBuild('cloudbuild.yaml').text),
  ...[...documents, 'README.md', 'CONTRIBUTING.md', 'infra/README.md']
    .filter((path) => path.endsWith('.md') && readable(path))
    .flatMap((path) => [...gcloudCommands(shellBlocks(read(path))), ...namedCommands(read(path))]),
];

function readable(path: string): boolean {
  try {
    return read(path) !== '';
  } catch {
    return false;
  }
}

/** What gcloud's own parser says of each command, offline: `command: what is wrong with it`. */
async function lint(sdk: string, commands: readonly Call[]): Promise<string[]> {
  // Which account gets which role is not gcloud's to judge: one binding of a kind is enough, and half the time.
  const kind = (call: Call) =>
    call.map((word) => word.replace(/(?<=^--member=|^--role=).*|^tamil-\w+@.*/, '')).join(' ');
  const distinct = [...new Map(commands.map((call) => [kind(call), call])).values()];
  const quoted = new Set(
    distinct.map((call) => call.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ')),
  );
  const folder = mkdtempSync(join(tmpdir(), 'gcloud-lint-'));
  try {
    const file = join(folder, 'commands.json');
    writeFileSync(file, JSON.stringify([...quoted].map((command_string) => ({ command_string }))));
    const script = join(import.meta.dirname, 'lint-gcloud.py');
    const args = ['-S', script, sdk, 'meta', 'lint-gcloud-commands', `--commands-file=${file}`];
    const { stdout } = await promisify(execFile)(pythonOf(sdk), args, {
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, CLOUDSDK_CONFIG: folder, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' },
    });
    const results: { command_string: string; success: boolean; error_message: string | null }[] =
      JSON.parse(stdout);
    expect(results).toHaveLength(quoted.size);
    return results
      .filter(({ success }) => !success)
      .map(({ command_string, error_message }) => `${command_string}: ${error_message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('gcloud commands', () => {
  it('are found wherever they stand', () => {
    const text = [
      'if gcloud a b "$PROJECT_ID" --x=\'y z\' >/dev/null 2>&1; then',
      '  printf %s k | gcloud c \\',
      '    --member="user:$(gcloud d e)" --n="$(( 1 + 2 ))" && gcloud f',
      'url=$(gcloud g --body="{\\"a\\":1}")',
    ].join('\n');
    expect(gcloudCommands(text)).toEqual([
      ['gcloud', 'a', 'b', 'demo-project', '--x=y z'],
      ['gcloud', 'c', '--member=user:word', '--n=word'],
      ['gcloud', 'd', 'e'],
      ['gcloud', 'f'],
      ['gcloud', 'g', '--body={"a":1}'],
    ]);
    expect(namedCommands('See `gcloud a\nb`.\n```sh\n`gcloud c`\n```\n`gcloud d --e=f`')).toEqual([
      ['gcloud', 'a', 'b', '--help'],
      ['gcloud', 'd', '--e=f'],
    ]);
    expect(written.length).toBeGreaterThan(20);
  });

  it('of the scripts are all among those that ran', () => {
    const ran = scripts.map((call) => call.join(' '));
    const names = readdirSync(join(root, 'scripts/deploy')).filter(
      (name) => name.endsWith('.sh') && name !== 'settings.sh' && !ASK.includes(name.slice(0, -3)),
    );
    for (const name of names) {
      for (const call of gcloudCommands(read(`scripts/deploy/${name}`))) {
        const variable = call.findIndex((word) => /word|demo-project|^--/.test(word));
        const literal = call.slice(0, variable === -1 ? undefined : variable).join(' ');
        expect(
          ran.some((command) => command.startsWith(literal)),
          `${name}: ${literal}`,
        ).toBe(true);
      }
    }
  });

  it.skipIf(gcloudSdk === undefined)(
    'are accepted by gcloud',
    async () => {
      const wrong = ['gcloud', 'run', 'deploy', 'worker', '--no-such-flag=1'];
      const faults = await lint(gcloudSdk ?? '', [...scripts, ...written, wrong]);
      expect(faults.filter((fault) => !fault.includes('--no-such-flag'))).toEqual([]);
      expect(faults, 'the linter lints').toHaveLength(1);
    },
    180_000,
  );
});

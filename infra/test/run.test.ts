import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { StandInEngine } from './engine.ts';
import { PROJECT_NUMBER, stackFile } from './stack.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Runs the program as the Pulumi command does: by the runtime of its package, which speaks with an engine. */
async function run(config: Record<string, string>) {
  const engine = new StandInEngine();
  onTestFinished(() => engine.stop());
  const address = await engine.start();
  const runtime = 'node_modules/@pulumi/pulumi/cmd/run/index.js';
  const args = [
    `--monitor=${address}`,
    `--engine=${address}`,
    '--project=tamil',
    '--stack=staging',
    `--pwd=${folder}`,
  ];
  const program = spawn(process.execPath, [runtime, ...args, 'index.ts'], {
    cwd: folder,
    env: { PULUMI_CONFIG: JSON.stringify(config), PULUMI_NODEJS_TYPESCRIPT: 'false' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const said: string[] = [];
  program.stderr.setEncoding('utf8').on('data', (text) => said.push(text));
  const [code] = await once(program, 'close');
  return { code, said: said.join(''), engine };
}

it('runs under Pulumi’s own runtime, without compiling, and gives the outputs', async () => {
  const { code, said, engine } = await run(stackFile('staging'));
  expect({ code, said, messages: engine.messages }).toEqual({ code: 0, said: '', messages: [] });
  expect(engine.resources.length).toBeGreaterThan(100);
  // Alerts are refused until Cloud Monitoring knows their metrics, and more is while the project is new.
  const impatient = engine.resources.filter(({ onError }) => onError.length === 0).map(({ type }) => type);
  expect(new Set(impatient)).toEqual(new Set(['pulumi:pulumi:Stack', 'gcp:projects/service:Service']));
  expect(engine.outputs).toMatchObject({
    workerUrl: `https://worker-${PROJECT_NUMBER}.asia-south1.run.app`,
    revisions: { worker: expect.stringMatching(/^worker-[0-9a-f]{12}$/) },
  });
});

it('ends with the faults of the configuration, and makes nothing', async () => {
  const { 'tamil:alertEmails': _, ...config } = stackFile('staging');
  const { code, engine } = await run({ ...config, 'tamil:image': 'functions:latest' });
  expect(code).not.toBe(0);
  expect(engine.messages.join()).toContain('tamil:image: must name an image by its digest');
  expect(engine.messages.join()).toContain('tamil:alertEmails: ');
  expect(engine.resources.filter(({ type }) => type.startsWith('gcp:'))).toEqual([]);
});

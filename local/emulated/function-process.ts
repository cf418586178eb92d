import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Target } from '../../functions/serve.ts';
import { spawnTied, type TiedProcess } from './tied-process.ts';

const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/@google-cloud/functions-framework/build/src/main.js', import.meta.url),
);
const READY_WITHIN_MS = 20_000;
const RESTART_AFTER_MS = 200;

export interface FunctionProcess {
  readonly close: () => Promise<void>;
}

/**
 * Serves one deployed function as Cloud Run does: the framework's own process on `dist/`, started again when it ends.
 * Resolves once it answers.
 */
export async function runFunction(
  target: Target,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<FunctionProcess> {
  let closing = false;
  let running: TiedProcess;
  const start = () => {
    running = spawnTied([process.execPath, FRAMEWORK, `--target=${target}`], {
      ...env,
      PORT: String(port),
      NODE_ENV: 'production',
    });
    running.process.once('exit', () => {
      if (!closing) setTimeout(() => !closing && start(), RESTART_AFTER_MS);
    });
  };
  start();
  const close = async () => {
    closing = true;
    await running.end();
  };
  const end = Date.now() + READY_WITHIN_MS;
  while (!(await answers(port))) {
    if (Date.now() > end) {
      await close();
      throw new Error(`the function ${target} did not come to serve`);
    }
    await sleep(50);
  }
  return { close };
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/v1/health`).then(
    () => true,
    () => false,
  );

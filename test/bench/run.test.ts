import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const bench = async (...options: string[]) => {
  const ended = await promisify(execFile)(process.execPath, ['bench/run.ts', ...options]).catch(
    (error) => error,
  );
  return { code: ended.code ?? 0, output: String(ended.stdout), errors: String(ended.stderr) };
};

it.concurrent('npm run bench says what it takes', async () => {
  const { code, output } = await bench('--help');
  expect(output).toMatch(/--quick[\s\S]*--only[\s\S]*--peers-node/);
  expect(code).toBe(0);
});

it.concurrent('and measures nothing where it is asked for what it has not', async () => {
  const { code, output, errors } = await bench('--only', 'store,typo');
  expect(errors).toMatch(/^there is no section 'typo'[\s\S]*machine +npm start/);
  expect([code, output]).toEqual([2, '']);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { settingsOf } from '../../command/config.ts';
import { run } from '../../command/run.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string>>;

/** Runs the command in this process. */
export async function command(
  argv: readonly string[],
  environment: Environment,
  input: string | Buffer = '',
  signal = new AbortController().signal,
): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [buffer(stdout), buffer(stderr)];
  const code = await run(argv, {
    stdin: Readable.from([Buffer.from(input)]) as unknown as NodeJS.ReadableStream,
    stdout,
    stderr,
    settings: () => settingsOf(environment),
    signal,
  });
  stdout.end();
  stderr.end();
  return { code, out: (await out).toString(), err: (await err).toString() };
}

/** Starts the command in a process of its own. */
export function start(argv: readonly string[], environment: Environment, input: string | Buffer = '') {
  const child = spawn(process.execPath, ['command/tamil.js', ...argv], {
    env: { PATH: process.env['PATH'], ...environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined).end(input);
  const ended: Promise<Ended> = Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, 'close'),
  ]).then(([out, err, [code]]) => ({ code, out: out.toString(), err: err.toString() }));
  return { child, ended };
}

/** A directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'command-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

import { spawnSync } from 'node:child_process';

/** The tool is to report nothing to anybody, and not to look for a newer version of itself. */
const SILENT = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** Runs Redocly's tool. The result is what it complains of; `undefined` if it finds nothing wrong. */
export function redocly(...args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/@redocly/cli/bin/cli.js', ...args],
    { env: { ...process.env, ...SILENT }, encoding: 'utf8' },
  );
  return status === 0 ? undefined : stdout + stderr;
}

/** Says where a client of the released document would break. */
export const breaks = (released: string, document: string): string | undefined =>
  redocly('diff', released, document, '--fail-on=major');

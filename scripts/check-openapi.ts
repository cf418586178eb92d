import { spawnSync } from 'node:child_process';

/**
 * Lints docs/openapi.json, and fails if a client of the released document would break. Redocly's tool is told to report nothing
 * to anybody, and not to look for a newer version of itself.
 */
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
const redocly = (...args: string[]): void => {
  const command = ['node_modules/@redocly/cli/bin/cli.js', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  if (status === 0) return;
  console.error(stdout + stderr);
  process.exit(1);
};

redocly('lint', 'docs/openapi.json', '--extends=recommended-strict');
redocly('diff', 'docs/openapi-released.json', 'docs/openapi.json', '--fail-on=major');

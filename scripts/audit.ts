import { spawnSync } from 'node:child_process';

/**
 * `npm audit` of what is deployed. Fails for a known vulnerability rated high or critical; where the registry has no
 * audit endpoint, or none can be reached, it says so and does not fail: that is no finding.
 */
export function verdictOf(json: string): { readonly code: 0 | 1; readonly message: string } {
  const report = parsed(json);
  const found = report?.metadata?.vulnerabilities;
  if (found === undefined) {
    return { code: 0, message: `Not audited: ${report?.message ?? 'npm audit gave no report'}` };
  }
  const grave = (found['high'] ?? 0) + (found['critical'] ?? 0);
  const counts = Object.entries(found).map(([level, count]) => `${count} ${level}`);
  return { code: grave > 0 ? 1 : 0, message: `Audited what is deployed: ${counts.join(', ')}` };
}

interface Report {
  readonly message?: string;
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
}

function parsed(json: string): Report | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    encoding: 'utf8',
    timeout: 60_000,
    shell: process.platform === 'win32',
  });
  const { code, message } = verdictOf(stdout ?? '');
  console.log(message);
  process.exitCode = code;
}

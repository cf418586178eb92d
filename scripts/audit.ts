import { spawnSync } from 'node:child_process';

/**
 * `npm audit` of what is deployed. Fails for a known vulnerability rated high or critical, unless `accepted` names its
 * advisory with a reason (`GHSA-… reason;GHSA-… reason`), so that an urgent fix can ship. Where the registry has no audit
 * endpoint, or none can be reached, it says so and does not fail: that is no finding.
 */
export function verdictOf(json: string, accepted = ''): { readonly code: 0 | 1; readonly message: string } {
  const report = parsed(json);
  const found = report?.metadata?.vulnerabilities;
  if (found === undefined) {
    return { code: 0, message: `Not audited: ${report?.message ?? 'npm audit gave no report'}` };
  }
  const counts = Object.entries(found).map(([level, count]) => `${count} ${level}`);
  const lines = [`Audited what is deployed: ${counts.join(', ')}`];
  const reasons = reasonsOf(accepted);
  const advisories = graveAdvisories(report);
  for (const id of advisories) lines.push(`${id}: ${reasons.get(id) ?? 'not accepted'}`);
  const isAccepted = advisories.length > 0 && advisories.every((id) => reasons.has(id));
  const grave = (found['high'] ?? 0) + (found['critical'] ?? 0);
  return { code: grave > 0 && !isAccepted ? 1 : 0, message: lines.join('\n') };
}

/** The reason for each advisory that is accepted. An advisory without a reason is not. */
const reasonsOf = (accepted: string): Map<string, string> =>
  new Map(
    [...accepted.matchAll(/(?:^|;)\s*(GHSA[\w-]+)\s+([^;]+)/g)].map(([, id = '', reason = '']) => [
      id,
      reason,
    ]),
  );

function graveAdvisories(report: Report | undefined): string[] {
  const via = Object.values(report?.vulnerabilities ?? {}).flatMap((one) => one.via ?? []);
  const grave = via.flatMap((one) =>
    typeof one === 'object' && (one.severity === 'high' || one.severity === 'critical')
      ? [one.url ?? '']
      : [],
  );
  return [...new Set(grave.map((url) => url.split('/').at(-1) ?? url))];
}

interface Report {
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      { readonly via?: readonly (string | { readonly url?: string; readonly severity?: string })[] }
    >
  >;
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
  const { code, message } = verdictOf(stdout ?? '', process.env['_AUDIT_ACCEPTED']);
  console.log(message);
  process.exitCode = code;
}

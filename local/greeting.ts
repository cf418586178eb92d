import type { DevelopmentIssuer } from './development-issuer.ts';

/** A ready token, and a line that works when pasted into a shell. */
export async function curlLine(origin: string, issuer: DevelopmentIssuer): Promise<string[]> {
  const token = await issuer.issue({ tenant_id: 'demo', roles: ['tenant_admin'] });
  const headers = `-H 'Content-Type: application/json' -H 'Authorization: Bearer ${token}'`;
  return [
    `Token    ${token}`,
    '',
    'Try it:',
    '',
    `curl -s ${origin}/v1/proofread ${headers} -d '{"text":"அந்த பையன் ஒரு ஆடு வாங்கினான்."}'`,
    '',
  ];
}

export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const LONGEST_END_MS = 5000;

/** Ends the process after `close` at Ctrl-C or SIGTERM; at once if asked a second time. */
export function endOnSignals(close: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(130);
    ending = true;
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    close().then(
      () => process.exit(0),
      (error) => fail(`The service did not end cleanly: ${error}`),
    );
  };
  process.on('SIGINT', end).on('SIGTERM', end);
}

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

import { StoreUnavailable } from '../shared/operations/store/port.ts';
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

/** What to tell whoever started the service where it cannot, if that is theirs to mend; anything else is thrown. */
export function startFault(error: unknown, port: number, command: string): string {
  const wayOut = `or let a free one be chosen: PORT=0 ${command}`;
  if (error instanceof StoreUnavailable) return `SQLITE_PATH: ${error.message}`;
  if (!(error instanceof Error)) throw error;
  const { code, syscall, path }: NodeJS.ErrnoException = error;
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Free it, ${wayOut}`;
  if (syscall === 'listen') return `Port ${port} cannot be had (${code}). Take another, ${wayOut}`;
  // All that is written before there is a service lies beside the database; what is missing would lie elsewhere.
  if (path !== undefined && code !== 'ENOENT') return `SQLITE_PATH: ${error.message}`;
  throw error;
}

export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

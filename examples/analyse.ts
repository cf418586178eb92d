import { createClient, isProblem } from '@tamil-text-analysis/client';

const baseUrl = process.env['GOTAMIL_API'] ?? 'http://localhost:8080';
const text = 'அந்த பையன் ஒரு ஆடு வாங்கினான்.';

/** A service that `npm start` runs gives out tokens. Elsewhere `TOKEN` is one of your identity provider. */
async function token(): Promise<string> {
  const given = process.env['TOKEN'];
  if (given !== undefined) return given;
  const response = await fetch(`${baseUrl}/dev/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ tenant_id: 'demo' }),
  });
  const answer = (await response.json()) as { token: string };
  return answer.token;
}

const client = createClient({ baseUrl, token: await token() });
try {
  const { result, provider } = await client.proofread(text, {
    // A short text is mostly answered at once. For a long one, keep the id: `client.resume(id)` goes on waiting.
    onAccepted: ({ operation_id }) => console.log(`accepted as ${operation_id}`),
    onProgress: ({ status }) => console.log(status),
    deadlineMs: 120_000,
  });
  // Offsets count UTF-16 code units, as JavaScript's strings do.
  for (const { start, end, suggestion, message } of result.issues)
    console.log(`${start}–${end}: ${text.slice(start, end)} → ${suggestion} (${message})`);
  console.log(`${result.corrected_text} (${provider})`);
} catch (error) {
  if (!isProblem(error, 'validation-error')) throw error;
  for (const { field, message } of error.errors) console.error(`${field} ${message}`);
  process.exitCode = 1;
}

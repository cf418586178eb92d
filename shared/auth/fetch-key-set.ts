import { type KeySet, keySetOf } from './key-set.ts';

/** From the request to the last byte of the answer, however slowly they come. */
const TIMEOUT_MS = 5000;
/** Unpacked. A key takes 300 bytes to 4 KiB. */
const MAX_BYTES = 512 * 1024;

/**
 * Fetches an issuer's keys. What is not answered 200 with a key set of at most 512 KiB within 5 s is an error; a redirect
 * is not followed, because keys come from the configured place only.
 */
export async function fetchKeySet(uri: string, timeoutMs = TIMEOUT_MS): Promise<KeySet> {
  const response = await fetch(uri, {
    redirect: 'manual',
    headers: { Accept: 'application/jwk-set+json, application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`answered ${response.status}`);
  }
  return keySetOf(JSON.parse(await textOf(response)));
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > MAX_BYTES) throw new Error(`answered more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

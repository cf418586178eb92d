import { type KeySet, keySetOf } from './key-set.ts';

/** The time from the request to the last byte of the answer. */
const TIMEOUT_MS = 5000;
/** After decompression. A key takes 300 bytes to 4 KiB. */
const MAX_BYTES = 512 * 1024;

/**
 * Fetches an issuer's keys. Any answer other than 200 with a key set of at most 512 KiB within 5 s is an error. Redirects are
 * not followed, because keys come only from the configured place.
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

import { CallFault } from './faults.ts';
import { httpFault } from './http-fault.ts';

/** Three times what an answer of 32,768 tokens of Tamil takes. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
/** Google's errors take some hundred. */
const MAX_ERROR_BYTES = 64 * 1024;
/** An answer is sent when it is complete, so that its bytes come at once. */
export const MAX_PAUSE_MS = 5000;

/**
 * A `fetch` that resolves to whole answers of bounded size, and rejects with a fault otherwise. It follows no redirect, which
 * would take the key and the user's text elsewhere. It makes the fault itself, because the SDK's error loses the headers.
 * @throws {CallFault} and, once `init.signal` is aborted, its reason
 */
export const createBoundedFetch =
  (maxPauseMs: number): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' }).catch((cause: unknown) => {
      init?.signal?.throwIfAborted();
      throw new CallFault('unreachable', 'no connection', { cause });
    });
    const { ok, status, headers } = response;
    const body = await read(response.body, ok ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES, maxPauseMs);
    init?.signal?.throwIfAborted();
    if (!ok) throw httpFault(status, headers, body.bytes.toString());
    if (body.lacks !== undefined) throw new CallFault('broken', body.lacks);
    return new Response(new Uint8Array(body.bytes), { status, headers });
  };

interface Read {
  readonly bytes: Buffer;
  /** Why it is not the whole body. */
  readonly lacks?: string;
}

/** The body, unpacked by `fetch`, as far as it may go; what is not read is hung up on. */
async function read(body: Response['body'], maxBytes: number, maxPauseMs: number): Promise<Read> {
  if (body === null) return { bytes: Buffer.alloc(0) };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let lacks: string | undefined;
  const hangUp = (why: string) => {
    lacks = why;
    reader.cancel().catch(() => undefined);
  };
  // What has arrived meanwhile is read first: a process that had no processor time must not take that for silence.
  const timer = setTimeout(() => {
    const before = length;
    setImmediate(() => {
      if (length === before) hangUp('the answer came to a stop');
    });
  }, maxPauseMs);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      timer.refresh();
      length += next.value.length;
      if (length <= maxBytes) chunks.push(next.value);
      else hangUp('the answer is too large');
    }
  } catch {
    lacks = 'the answer broke off';
  } finally {
    clearTimeout(timer);
  }
  return { bytes: Buffer.concat(chunks), ...(lacks !== undefined && { lacks }) };
}

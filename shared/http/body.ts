import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import { ClientGone, Problem } from '../errors.ts';

export const MAX_BODY_BYTES = 256 * 1024;
const BODY_TIMEOUT_MS = 30_000;

/** The body did not arrive in time. Its content is unknown, so sending it again may help. */
export class BodyTooSlow extends Problem {
  constructor() {
    super('malformed-json', `The body was not complete after ${BODY_TIMEOUT_MS / 1000} seconds.`, {
      headers: { Connection: 'close' },
    });
  }
}

/**
 * Reads the JSON value of a request's body.
 * @throws {Problem} `unsupported-media-type`, `payload-too-large`, `malformed-json`
 * @throws {BodyTooSlow}
 * @throws {ClientGone} the body is not complete
 */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const { headers } = req;
  if (
    !isJson(headers['content-type']) ||
    (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity'
  ) {
    throw new Problem('unsupported-media-type', 'Send the body as application/json in UTF-8, uncompressed.');
  }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = await readBytes(req);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem('malformed-json', 'The body is not JSON in UTF-8 (RFC 8259).');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

const tooLarge = () => new Problem('payload-too-large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);

/** Accepts `application/json` in UTF-8, the only encoding of JSON (RFC 8259, section 8.1), with any other parameters. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  try {
    const { essence, params } = new MIMEType(contentType ?? '');
    return essence === 'application/json' && /^utf-?8$/i.test(params.get('charset') ?? 'utf-8');
  } catch {
    return false;
  }
}

/**
 * Reads at most `MAX_BODY_BYTES`. Node discards the rest after the answer was sent, so that the client can read the
 * answer.
 */
function readBytes(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The client may have gone while the token was verified. No event will say so any more.
    if (req.destroyed) return reject(new ClientGone());
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      req.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      req.on('error', () => undefined);
      outcome();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_BODY_BYTES) settle(() => reject(tooLarge()));
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onGone = () => settle(() => reject(new ClientGone()));
    const timer = setTimeout(() => {
      settle(() => reject(new BodyTooSlow()));
    }, BODY_TIMEOUT_MS);
    req.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
    return undefined;
  });
}

import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { PROBLEMS } from '../../shared/errors.ts';

export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly json: any;
}

export interface Request {
  readonly method?: string;
  /** Sent as it is: no normalisation, no encoding. */
  readonly target: string;
  /** Pairs where a header is to be sent several times. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
  /** Send the body without a Content-Length. */
  readonly chunked?: boolean;
}

/** One request over a connection of its own. `fetch` would mend targets, methods and headers. */
export function exchange(origin: URL, asked: Request): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const given = Array.isArray(asked.headers) ? asked.headers : Object.entries(asked.headers ?? {});
    const length: [string, string][] =
      asked.body === undefined || asked.chunked
        ? []
        : [['Content-Length', String(Buffer.byteLength(asked.body))]];
    const transfer: [string, string][] = asked.chunked ? [['Transfer-Encoding', 'chunked']] : [];
    const names = new Set(given.map(([name]) => name.toLowerCase()));
    const all = [['Host', origin.host], ...length, ...transfer].filter(
      ([name = '']) => !names.has(name.toLowerCase()),
    );
    const outgoing = request(
      {
        agent: false,
        host: origin.hostname,
        port: origin.port,
        method: asked.method ?? (asked.body === undefined ? 'GET' : 'POST'),
        path: asked.target,
        headers: [...all, ...given].flat() as string[],
        setHost: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: text === '' || isText(response.headers) ? undefined : JSON.parse(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(asked.body);
  });
}

/** Pages for people, what they are made of, and streams. */
const isText = ({ 'content-type': type = '' }: IncomingHttpHeaders): boolean =>
  /^text\/(?:html|css|javascript|event-stream)\b/.test(type);

/** What a server answers, until it closes, to bytes that no HTTP client would send. */
export function exchangeRaw(origin: URL, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(origin.port), origin.hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.write(bytes);
  });
}

/** What holds for every answer, whatever was asked. */
export function expectSound(
  answer: Exchanged,
  { method = 'GET' }: { method?: string | undefined } = {},
): void {
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  expect(answer.headers['cache-control']).toContain('no-store');
  if (answer.status === 200 && answer.headers['content-type'] === 'text/html; charset=utf-8') {
    // A page for people.
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none';/);
    return;
  }
  expect(answer.headers['content-type']).toMatch(/^application\/(problem\+)?json; charset=utf-8$/);
  expect(answer.text).not.toMatch(/<!doctype|<html|\bat .*\.[jt]s:\d+|node_modules|SyntaxError|ZodError/i);
  if (answer.status >= 400 && method !== 'HEAD') {
    expect(answer.headers['content-type']).toContain('problem');
    const { code, request_id } = answer.json;
    expect(Object.keys(PROBLEMS)).toContain(code);
    const { status, title } = PROBLEMS[code as keyof typeof PROBLEMS];
    expect(answer.json).toMatchObject({ type: `/problems/${code}`, title, status });
    expect(answer.json.detail).toEqual(expect.any(String));
    expect(answer.status).toBe(status);
    expect(request_id).toBe(answer.headers['x-request-id']);
  }
}

import { Agent as HttpAgent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { retryAfterMs } from '../../shared/retry-after.ts';
import type { Outcome } from './outcome.ts';

/** What is sent to the worker, before the headers of the attempt are added. */
export interface HttpRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface Dispatch extends HttpRequest {
  /** Bearer token of the attempt, if the task asks for one. */
  readonly token?: string | undefined;
  readonly userAgent: 'Google-Cloud-Tasks' | 'Google-Cloud-Scheduler';
  /** Headers of the attempt; they replace what the task has under the same name. */
  readonly attemptHeaders: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
}

/** Never rejects: a dispatch that could not be made is an outcome. */
export type Send = (dispatch: Dispatch, signal: AbortSignal) => Promise<Outcome>;

export interface Sender {
  readonly send: Send;
  /** Ends every connection. */
  close(): void;
}

/** Replaced or dropped by Cloud Tasks whatever the task says. Source: HttpRequest.headers of the Cloud Tasks API, v2. */
const RESERVED = /^(host|content-length|user-agent|x-(google|appengine|cloudtasks|cloudscheduler)(-.*)?)$/i;

const headersOf = ({ headers, token, userAgent, attemptHeaders, body }: Dispatch): OutgoingHttpHeaders => ({
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => !RESERVED.test(name))),
  ...attemptHeaders,
  'User-Agent': userAgent,
  'Content-Length': Buffer.byteLength(body),
  ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
});

/**
 * Sends dispatches over connections of its own. `node:http` and not `fetch`: that gives up on a response after five
 * minutes, where a dispatch deadline may be thirty.
 */
export const createSender = (now: () => number = Date.now): Sender => {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });

  const exchange = (dispatch: Dispatch, signal: AbortSignal): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const url = new URL(dispatch.url);
      const [request, agent] = url.protocol === 'https:' ? [httpsRequest, https] : [httpRequest, http];
      const options = { method: dispatch.method ?? 'POST', agent, signal, headers: headersOf(dispatch) };
      const outgoing = request(url, options, (response) => {
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          resolve({ status, retryAfterMs: retryAfterMs(response.headers['retry-after'], now()) });
        });
        response.resume();
      });
      const deadline = setTimeout(() => {
        const detail = `no response within ${dispatch.deadlineMs} ms`;
        resolve({ reason: 'DEADLINE_EXCEEDED', detail });
        outgoing.destroy();
      }, dispatch.deadlineMs);
      outgoing.on('close', () => clearTimeout(deadline));
      outgoing.on('error', reject);
      outgoing.end(dispatch.body);
    });

  return {
    send: (dispatch, signal) =>
      exchange(dispatch, signal).catch((error) => ({ reason: 'UNAVAILABLE', detail: String(error) })),
    close() {
      http.destroy();
      https.destroy();
    },
  };
};

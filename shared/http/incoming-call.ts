import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../auth/principal.ts';
import { ClientGone } from '../errors.ts';
import { incomingTraceparent, traceFields, traceparentOf } from '../trace.ts';
import { readJson } from './body.ts';
import { headerValues } from './header-values.ts';
import { requestIdOf } from './request-id.ts';
import type { Call, TenantCall } from './route.ts';
import { targetOf } from './target.ts';

/** A request as it arrived. Values that only some routes need are made when they ask. */
export class IncomingCall implements Call {
  readonly requestId: string;
  params: Call['params'] = {};
  principal: Principal | undefined;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #ending: AbortSignal | undefined;
  #search = '';
  #traceparent: string | undefined;

  /** `ending` is aborted when the server begins to end. */
  constructor(req: IncomingMessage, res: ServerResponse, ending: AbortSignal | undefined) {
    this.#req = req;
    this.#res = res;
    this.#ending = ending;
    this.requestId = requestIdOf(req.headers['x-request-id']);
    this.#traceparent = incomingTraceparent(req.headers['traceparent']);
  }

  get traceparent(): string {
    this.#traceparent ??= traceparentOf(undefined);
    return this.#traceparent;
  }

  /** The trace fields for the log: of the client's trace, or of the one begun for this request, if there is any. */
  traceFields(project: string | undefined): object {
    return this.#traceparent === undefined ? {} : traceFields(this.#traceparent, project);
  }

  /** The query of the request target. */
  path(): string {
    const { path, search } = targetOf(this.#req.url);
    this.#search = search;
    return path;
  }

  isOfTenant(): this is TenantCall {
    return this.principal !== undefined;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#search);
  }

  get headers(): IncomingHttpHeaders {
    return this.#req.headers;
  }

  headerValues(name: string): readonly string[] {
    return headerValues(this.#req, name);
  }

  body(): Promise<unknown> {
    return readJson(this.#req);
  }

  gone(): AbortSignal {
    const gone = new AbortController();
    const leave = () => gone.abort(new ClientGone());
    if (this.#res.destroyed) leave();
    else this.#res.once('close', () => !this.#res.writableFinished && leave());
    return gone.signal;
  }

  waiting(): AbortSignal {
    const ending = this.#ending;
    if (ending === undefined) return this.gone();
    const waiting = new AbortController();
    const leave = (event: Event) => waiting.abort((event.target as AbortSignal).reason);
    // Not `AbortSignal.any`: what listens to its signal is kept for as long as the server lives.
    for (const signal of [this.gone(), ending]) {
      if (signal.aborted) waiting.abort(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
    }
    this.#res.once('close', () => ending.removeEventListener('abort', leave));
    return waiting.signal;
  }
}

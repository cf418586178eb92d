import type { IncomingHttpHeaders } from 'node:http';
import type { Access, TenantAccess } from '../auth/authenticate.ts';
import type { Principal } from '../auth/principal.ts';

/** A request that has passed its route's access rule. */
export interface Call {
  readonly requestId: string;
  /** W3C trace context: the client's, or a new one. */
  readonly traceparent: string;
  /** Values of the path's `{names}`, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Every value of a header that was sent several times; names in lower case. */
  readonly headerValues: (name: string) => readonly string[];
  /** The JSON body, read when asked for. */
  readonly body: () => Promise<unknown>;
  /** A signal that is aborted when the client goes away before it was answered. */
  readonly gone: () => AbortSignal;
  /** A signal that is aborted when nobody waits for the answer any more: the client has gone, or the server ends. */
  readonly waiting: () => AbortSignal;
}

export interface TenantCall extends Call {
  readonly principal: Principal;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields for the request's log line. Never a text, never a token. */
  readonly log?: Readonly<Record<string, unknown>>;
  /** Nothing happened: the log line is for debugging only. */
  readonly quiet?: boolean;
}

interface RouteBase {
  readonly method: 'GET' | 'POST';
  /** `/v1/operations/{id}`: a `{name}` stands for one whole segment. */
  readonly path: string;
}

export type Route =
  | (RouteBase & {
      readonly access: Exclude<Access, TenantAccess>;
      readonly handle: (call: Call) => Promise<Answer>;
    })
  | (RouteBase & {
      readonly access: TenantAccess;
      readonly handle: (call: TenantCall) => Promise<Answer>;
    });

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route for a method and path; the methods there are if only the method is wrong; `undefined` for no path. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Match | { readonly allow: readonly string[] } | undefined {
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  if (matches.length === 0) return undefined;
  const wanted = method === 'HEAD' ? 'GET' : method;
  const match = matches.find(({ route }) => route.method === wanted);
  if (match !== undefined) return match;
  const allow = matches.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  return { allow: [...new Set(allow)] };
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split('/');
  const segments = path.split('/');
  if (names.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = decoded(segments[index] ?? '');
    if (segment === undefined) return undefined;
    if (name.startsWith('{') && segment !== '') params[name.slice(1, -1)] = segment;
    else if (name !== segment) return undefined;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

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
  /** All values of a header, in order. The name is given in lower case. */
  headerValues(name: string): readonly string[];
  /** Reads the JSON body. */
  body(): Promise<unknown>;
  /** Makes a signal that is aborted when the client goes away before it was answered. */
  gone(): AbortSignal;
  /** Makes a signal that is aborted when nobody waits any more: the client has gone, or the server ends. */
  waiting(): AbortSignal;
}

export interface TenantCall extends Call {
  readonly principal: Principal;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON. A buffer is sent as it is. */
  readonly body?: object | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in place of a body, as fast as the client takes it. It ends by itself, also when `waiting` is aborted. */
  readonly stream?: AsyncIterable<string>;
  /** Fields for the request's log line. Never a text, never a token. */
  readonly log?: Readonly<Record<string, unknown>>;
  /** Nothing worth a line happened, so the request is logged for debugging only. */
  readonly quiet?: boolean;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'DELETE';
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

/** The route of a method and path; the allowed methods if only the method is wrong; `undefined` if there is no such path. */
export type FindRoute = (
  method: string,
  path: string,
) => Match | { readonly allow: readonly string[] } | undefined;

/** All routes of one path. */
interface Resource {
  /** The segments of the path, as it is written. */
  readonly segments: readonly string[];
  readonly routes: Map<string, Route>;
}

const NO_PARAMS = {};

/** Prepares the route table of a function. */
export function compileRoutes(routes: readonly Route[]): FindRoute {
  const resources = new Map<string, Resource>();
  for (const route of routes) {
    const { path, method } = route;
    const resource = resources.get(path) ?? { segments: path.split('/'), routes: new Map() };
    resources.set(path, resource);
    resource.routes.set(method, route);
    if (method === 'GET') resource.routes.set('HEAD', route);
  }

  const find = (path: string): { resource: Resource; params: Match['params'] } | undefined => {
    const named = resources.get(path);
    if (named !== undefined && !path.includes('{')) return { resource: named, params: NO_PARAMS };
    const segments = path.split('/');
    for (const resource of resources.values()) {
      const params = paramsOf(resource.segments, segments);
      if (params !== undefined) return { resource, params };
    }
    return undefined;
  };

  return (method, path) => {
    const found = find(path);
    if (found === undefined) return undefined;
    const route = found.resource.routes.get(method);
    return route === undefined
      ? { allow: [...found.resource.routes.keys()] }
      : { route, params: found.params };
  };
}

function paramsOf(names: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (names.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] ?? '';
    const segment = decoded(segments[at] ?? '');
    if (segment === undefined) return undefined;
    if (name.startsWith('{') && segment !== '') params[name.slice(1, -1)] = segment;
    else if (name !== segment) return undefined;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

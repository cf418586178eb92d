import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Settings } from '../../scripts/deploy/settings.ts';
import type { OidcConfig } from '../../shared/auth/oidc.ts';
import { createTokenVerifier } from '../../shared/auth/verifier.ts';
import type { Handler } from '../../shared/http/handler.ts';
import { answerBy } from '../../shared/http/server.ts';
import type { LocalIdentity } from '../cloud-tasks/identity.ts';
import type { Send } from '../cloud-tasks/send.ts';
import { closed, listen } from '../start/listen.ts';
import { forward } from './forward.ts';

/** Who may reach a service of Cloud Run, by its settings. */
export interface ServiceAccess {
  readonly ingress: string;
  /** Cloud Run itself checks a token of Google, and whose it is. */
  readonly invokerIamCheck: boolean;
}

/** What settings.env says of `submit`, `worker` or `operations`. */
export const accessOf = (settings: Settings, target: string): ServiceAccess => ({
  ingress: settings[`${target.toUpperCase()}_INGRESS`] ?? '',
  invokerIamCheck: settings[`${target.toUpperCase()}_INVOKER_IAM_CHECK`] !== 'off',
});

export interface FrontEndOptions {
  readonly access: ServiceAccess;
  /** Where the container listens. */
  readonly container: URL;
  /** The account that may invoke the service, if Cloud Run checks that. */
  readonly invoker: LocalIdentity;
}

export interface FrontEnd {
  /** The address of the service, and the audience of tokens for it. Who uses it comes from the internet. */
  readonly url: string;
  /** Sends what is meant for `url` as Cloud Tasks and Cloud Scheduler do: from the project's own network. */
  readonly fromInside: (send: Send) => Send;
  readonly close: () => Promise<void>;
}

/**
 * Stands before one service as Cloud Run does. Where Cloud Run checks a token, the container gets it without its signature.
 * Source: https://cloud.google.com/run/docs/securing/ingress, https://cloud.google.com/run/docs/troubleshooting#signature-removed
 */
export async function startFrontEnd({ access, container, invoker }: FrontEndOptions): Promise<FrontEnd> {
  const agent = new Agent({ keepAlive: true });
  const [outer, inner] = [createServer(), createServer()];
  const url = `http://127.0.0.1:${(await listen(outer, 0)).port}`;
  const innerUrl = `http://127.0.0.1:${(await listen(inner, 0)).port}`;
  const admit = createAdmission(url, invoker);

  const pass: Handler = async (req, res) => {
    const options = { origin: container, agent, away: () => void res.destroy() };
    if (!access.invokerIamCheck) return forward(req, res, options);
    const authorization = await admit(req);
    if (authorization === undefined) return refuse(res, 403);
    return forward(req, res, { ...options, authorization });
  };
  answerBy(inner, pass);
  answerBy(outer, access.ingress === 'all' ? pass : async (_, res) => refuse(res, 404));
  return {
    url,
    fromInside: (send) => (dispatch, signal) =>
      send({ ...dispatch, url: dispatch.url.replace(url, innerUrl) }, signal),
    close: async () => {
      await Promise.all([closed(outer), closed(inner)]);
      agent.destroy();
    },
  };
}

/** The `Authorization` that the container gets; `undefined`: the caller may not invoke the service. */
function createAdmission(audience: string, { issuer, jwks, email }: LocalIdentity) {
  const keys: OidcConfig['keys'] = { kind: 'inline', jwks: { keys: jwks.keys.map((key) => ({ ...key })) } };
  const verify = createTokenVerifier({ issuer, audience, keys });
  return async ({ headers }: IncomingMessage): Promise<string | undefined> => {
    const token = /^Bearer (?<token>\S+)$/i.exec(headers.authorization ?? '')?.groups?.['token'] ?? '';
    const claims = await verify(token).catch(() => undefined);
    if (claims?.['email'] !== email) return undefined;
    return `Bearer ${token.replace(/[^.]+$/, 'SIGNATURE_REMOVED_BY_GOOGLE')}`;
  };
}

function refuse(res: ServerResponse, status: 403 | 404): void {
  const page = status === 403 ? 'Your client does not have permission.' : 'Page not found';
  res.writeHead(status, { 'Content-Type': 'text/html' }).end(`<html><title>${status} ${page}</title></html>`);
}

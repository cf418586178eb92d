import * as z from 'zod';
import type { Reference } from './reference.ts';

/** The types of what a tag names. An index stands first: its digest is good for every platform. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const TIMEOUT_MS = 20_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Asks a registry for the digest of a tag, as somebody who has no account.
 * @throws {Error} the registry has no such tag, wants an account, or does not answer
 * Source: https://distribution.github.io/distribution/spec/api/, https://distribution.github.io/distribution/spec/auth/token/
 */
export async function digestOf({ origin, repository, tag }: Reference): Promise<string> {
  const url = `${origin}/v2/${repository}/manifests/${tag}`;
  const ask = (headers: Record<string, string>) =>
    fetch(url, {
      method: 'HEAD',
      headers: { Accept: MANIFESTS, ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  let response = await ask({});
  if (response.status === 401)
    response = await ask({ Authorization: `Bearer ${await tokenFor(response.headers)}` });
  if (!response.ok) throw new Error(`HTTP ${response.status} of ${url}`);
  const digest = response.headers.get('Docker-Content-Digest') ?? '';
  if (!DIGEST.test(digest)) throw new Error(`no digest in the answer of ${url}`);
  return digest;
}

const PARAMETER = /(\w+)="([^"]*)"/g;
const answer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** Gets a token from the place that a challenge names. */
async function tokenFor(headers: Headers): Promise<string> {
  const challenge = headers.get('WWW-Authenticate') ?? '';
  const { realm, service, scope } = Object.fromEntries(
    [...challenge.matchAll(PARAMETER)].map(([, name, value]) => [name, value]),
  );
  if (!/^bearer /i.test(challenge) || realm === undefined)
    throw new Error(`a challenge that is not understood: '${challenge}'`);
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  if (scope !== undefined) url.searchParams.set('scope', scope);
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status} of ${url}`);
  const { token, access_token } = answer.parse(await response.json());
  const given = token ?? access_token;
  if (given === undefined) throw new Error(`no token in the answer of ${url}`);
  return given;
}

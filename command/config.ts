import type { TokenSource } from '../client/src/client.ts';
import { UserError } from './user-error.ts';

/** Where the service is, and what opens it. */
export interface Settings {
  readonly baseUrl: string;
  readonly token: string | TokenSource;
}

const LOCAL = 'http://localhost:8080';
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** The tenant of the token that `npm start` prints. */
const LOCAL_TENANT = 'demo';

/**
 * `GOTAMIL_API` and `TOKEN` of the environment. Without a token, a service on this machine is asked for one.
 * @throws {UserError} they do not name a service that can be used
 */
export function settingsOf(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const { GOTAMIL_API: api = '', TOKEN: token = '' } = environment;
  const baseUrl = api.trim() === '' ? LOCAL : api.trim();
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw new UserError(`GOTAMIL_API is no http or https URL: ${baseUrl}`);
  if (token.trim() !== '') return { baseUrl, token: token.trim() };
  if (!LOOPBACK.test(new URL(baseUrl).hostname))
    throw new UserError(`TOKEN is not set: ${baseUrl} wants a token of its identity provider.`);
  let known: Promise<string> | undefined;
  return {
    baseUrl,
    token: ({ refused, signal }) => {
      if (known === undefined || refused !== undefined) known = developmentToken(baseUrl, signal);
      return known;
    },
  };
}

async function developmentToken(baseUrl: string, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(new URL('/dev/token', baseUrl), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ tenant_id: LOCAL_TENANT }),
      signal,
    });
  } catch {
    throw new UserError(
      `Nothing answers at ${baseUrl}. Start the service with npm start, or set GOTAMIL_API.`,
    );
  }
  // Something else may answer there.
  const answer: unknown = await response.json().catch(() => undefined);
  if (typeof answer === 'object' && answer !== null && 'token' in answer && typeof answer.token === 'string')
    return answer.token;
  throw new UserError(`${baseUrl} gives out no development tokens. Set TOKEN.`);
}

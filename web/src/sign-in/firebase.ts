/** Firebase Authentication by its REST API: the SDK would be larger than the rest of the page. */

export interface FirebaseSession {
  readonly token: string | undefined;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Firebase's code says why, such as `INVALID_LOGIN_CREDENTIALS`. */
export class FirebaseRefusal extends Error {}

const IDENTITY = 'https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword';
const TOKENS = 'https://securetoken.googleapis.com/v1/token';

let known: Promise<string> | undefined;

/** Source: https://firebase.google.com/docs/reference/rest/auth#section-sign-in-email-password */
export async function signInWithPassword(email: string, password: string): Promise<FirebaseSession> {
  const answer = await post(`${IDENTITY}?key=${await apiKey()}`, {
    email,
    password,
    returnSecureToken: true,
  });
  return sessionOf(answer['idToken'], answer['refreshToken'], answer['expiresIn']);
}

/** Source: https://firebase.google.com/docs/reference/rest/auth#section-refresh-token */
export async function refresh(refreshToken: string): Promise<FirebaseSession & { token: string }> {
  const answer = await post(`${TOKENS}?key=${await apiKey()}`, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  return sessionOf(answer['id_token'], answer['refresh_token'], answer['expires_in']);
}

const sessionOf = (token: unknown, refreshToken: unknown, seconds: unknown) => {
  if (typeof token !== 'string' || typeof refreshToken !== 'string') throw new FirebaseRefusal('no token');
  return { token, refreshToken, endsAt: Date.now() + Number(seconds) * 1000 };
};

/**
 * Hosting tells every site the web app of its project, so no key stands in the source.
 * Source: https://firebase.google.com/docs/hosting/reserved-urls#sdk_auto-configuration
 */
function apiKey(): Promise<string> {
  known ??= fetch('/__/firebase/init.json')
    .then((response) => response.json())
    .then((project) => encodeURIComponent(project.apiKey))
    .catch((error) => {
      known = undefined;
      throw error;
    });
  return known;
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    referrerPolicy: 'no-referrer',
  });
  const answer = await response.json();
  if (!response.ok) throw new FirebaseRefusal(String(answer?.error?.message ?? response.status));
  return answer;
}

import type { TokenSource } from '../../../client/src/client.ts';
import { type FirebaseSession, refresh, signInWithPassword } from './firebase.ts';

/**
 * How the page comes to a token: from the development issuer of `npm start`, by Firebase Authentication, or pasted. The
 * service's `/config.json` says which; a token can be pasted wherever the first is not.
 */
export type Way = 'development' | 'firebase' | 'token';

/** A call needs a token, and nobody has signed in. */
export class SignInNeeded extends Error {}

/** Kept until the window is closed, and read by no other window. */
const SESSION = 'tamil-text:session';
/** A token that ends sooner is renewed first. */
const MARGIN_MS = 60_000;

export class SignIn {
  #way: Promise<Way> | undefined;
  #token: string | undefined;
  #session: FirebaseSession | undefined = recallSession();

  /** For the client. A token that was refused is renewed once; without another the user has to sign in. */
  readonly source: TokenSource = async ({ refused }) => {
    const way = await this.way();
    if (this.#token !== undefined && this.#token !== refused) return this.#token;
    this.#token = undefined;
    if (way === 'development') this.#token = await developmentToken();
    if (way === 'firebase') return this.#firebaseToken(refused);
    if (this.#token === undefined) throw new SignInNeeded();
    return this.#token;
  };

  get signedIn(): boolean {
    return this.#token !== undefined || this.#session !== undefined;
  }

  way(): Promise<Way> {
    this.#way ??= readWay().catch((error) => {
      this.#way = undefined;
      throw error;
    });
    return this.#way;
  }

  /** Takes a pasted token. */
  useToken(token: string): void {
    this.#token = token.trim();
  }

  /** @throws {FirebaseRefusal} the password is wrong, or there is no such user */
  async withPassword(email: string, password: string): Promise<void> {
    this.#keep(await signInWithPassword(email, password));
  }

  signOut(): void {
    this.#token = undefined;
    this.#keep(undefined);
  }

  async #firebaseToken(refused: string | undefined): Promise<string> {
    const session = this.#session;
    if (session === undefined) throw new SignInNeeded();
    const ends = session.endsAt - MARGIN_MS < Date.now();
    if (session.token !== undefined && session.token !== refused && !ends) return session.token;
    try {
      const renewed = await refresh(session.refreshToken);
      this.#keep(renewed);
      return renewed.token;
    } catch (error) {
      if (error instanceof TypeError) throw error;
      this.#keep(undefined);
      throw new SignInNeeded();
    }
  }

  /** Only what renews the token is kept; a token itself never leaves the memory. */
  #keep(session: FirebaseSession | undefined): void {
    this.#session = session;
    try {
      if (session === undefined) sessionStorage.removeItem(SESSION);
      else sessionStorage.setItem(SESSION, session.refreshToken);
    } catch {
      // Without storage the session ends with the page.
    }
  }
}

function recallSession(): FirebaseSession | undefined {
  try {
    const refreshToken = sessionStorage.getItem(SESSION);
    return refreshToken === null ? undefined : { refreshToken, token: undefined, endsAt: 0 };
  } catch {
    return undefined;
  }
}

async function readWay(): Promise<Way> {
  const response = await fetch('/config.json');
  const { sign_in: way } = response.ok ? await response.json() : {};
  return way === 'development' || way === 'firebase' ? way : 'token';
}

async function developmentToken(): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ tenant_id: 'demo', roles: ['tenant_admin'] }),
  });
  // It is handed out to its own machine only.
  if (!response.ok) throw new SignInNeeded();
  return (await response.json()).token;
}

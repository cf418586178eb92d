import type { Route } from '../shared/http/route.ts';

/** How the page comes to a token. `token`: its user pastes one. */
export type SignIn = 'development' | 'firebase' | 'token';

/** Firebase Authentication's issuers. Source: https://firebase.google.com/docs/auth/admin/verify-id-tokens */
const FIREBASE = 'https://securetoken.google.com/';

export const signInFor = (issuers: string | readonly string[] = []): SignIn =>
  [issuers].flat().some((issuer) => issuer.startsWith(FIREBASE)) ? 'firebase' : 'token';

/** `GET /config.json`: what the page has to know of the service that it belongs to. */
export const pageConfigRoute = (signIn: SignIn): Route => ({
  method: 'GET',
  path: '/config.json',
  access: 'public',
  handle: async () => ({ status: 200, body: { sign_in: signIn }, quiet: true }),
});

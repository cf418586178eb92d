/** Where the keys of an issuer come from. */
export type KeySource =
  | { readonly kind: 'remote'; readonly uri: string }
  | { readonly kind: 'inline'; readonly jwks: { readonly keys: readonly Record<string, unknown>[] } }
  /** A JWKS file, written by `npm start`. */
  | { readonly kind: 'file'; readonly path: string };

/** Whose tokens are taken, and for which audiences (OpenID Connect Core 1.0, section 3.1.3.7). */
export interface OidcConfig {
  readonly issuer: string | readonly string[];
  /** A token is for at least one of them. */
  readonly audience: string | readonly string[];
  readonly keys: KeySource;
  /** Seconds by which the issuer's clock may differ from ours (RFC 7519, section 4.1.4). Absent: 0. */
  readonly clockToleranceS?: number;
}

/** Where the page signs people in: Firebase Authentication's REST API. Source: https://firebase.google.com/docs/reference/rest/auth */
export const FIREBASE_AUTHENTICATION = [
  'https://identitytoolkit.googleapis.com',
  'https://securetoken.googleapis.com',
];

/**
 * The security headers of the page and its files. `identity` are the origins that sign people in; the page connects to them and
 * to its own origin only. `npm start` sends these, and `firebase.json` holds them for Firebase Hosting.
 * Trusted Types make the browser refuse every string that becomes markup; only Lit may make its own templates.
 * Source: https://www.w3.org/TR/CSP3/ and https://www.w3.org/TR/trusted-types/
 */
export const securityHeaders = (identity: readonly string[]): Record<string, string> => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    ['connect-src', "'self'", ...identity].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
});

/** The page names its files by their content, so it must be fresh and they never change. */
export const PAGE_CACHING = 'no-cache';
export const ASSET_CACHING = 'public, max-age=31536000, immutable';

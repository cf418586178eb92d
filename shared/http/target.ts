export interface Target {
  readonly path: string;
  /** The part after the question mark. */
  readonly search: string;
}

/** A target that `URL` would not change. Most targets match, and `URL` would take longer than finding their route. */
const PLAIN = /^(\/[\w/-]*)(?:\?([\w.~!$&'()*+,;=:@/?%-]*))?$/;

/** What stands before the path in a target as proxies get it. Any name is this server's, so it is left out. */
const AUTHORITY = /^https?:\/\/[^/?#]+/i;

/** The path and query of a request target (RFC 9112, section 3.2), with `.` and `..` resolved. A target without a path is `/`. */
export function targetOf(target = '/'): Target {
  const plain = PLAIN.exec(target);
  if (plain !== null) return { path: plain[1] ?? '/', search: plain[2] ?? '' };
  const local = target.replace(AUTHORITY, '');
  const { pathname, search } = new URL(`http://localhost${/^[/?#]/.test(local) ? local : '/'}`);
  return { path: pathname, search };
}

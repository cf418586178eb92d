export interface Target {
  readonly path: string;
  /** What stands behind the question mark. */
  readonly search: string;
}

/** What `URL` leaves as it is: parsing most targets by it would take longer than finding their route. */
const PLAIN = /^(\/[\w/-]*)(?:\?([\w.~!$&'()*+,;=:@/?%-]*))?$/;

/** Path and query of a request target (RFC 9112, section 3.2), with `.` and `..` resolved. One that names no path is `/`. */
export function targetOf(target = '/'): Target {
  const plain = PLAIN.exec(target);
  if (plain !== null) return { path: plain[1] ?? '/', search: plain[2] ?? '' };
  const { pathname, search } = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`);
  return { path: pathname, search };
}

/** Reads one claim of a token; `undefined` if there is none. */
export type ReadClaim = (claims: object) => unknown;

/**
 * Prepares the reading of a claim. `name` is the whole name of a claim or, where there is none of that name, a dotted path; a
 * name that begins with `/` is a JSON Pointer (RFC 6901). Names of claims may be URLs, which have dots and slashes.
 */
export function claimReader(name: string): ReadClaim {
  const path = pathOf(name);
  if (name.startsWith('/')) return (claims) => valueAt(claims, path);
  return (claims) => (Object.hasOwn(claims, name) ? valueAt(claims, [name]) : valueAt(claims, path));
}

/** Whether a name is no broken JSON Pointer: `~` stands before 0 or 1 only (RFC 6901, section 3). */
export const isClaimName = (name: string): boolean => !name.startsWith('/') || !/~(?![01])/.test(name);

/** Adds a claim to those of a new token, so that `claimReader` finds it under the same name. */
export function addClaim(claims: Record<string, unknown>, name: string, value: unknown): void {
  const path = name.startsWith('/') ? pathOf(name) : [name];
  let place = claims;
  for (const step of path.slice(0, -1)) {
    if (!Object.hasOwn(place, step)) place[step] = {};
    place = place[step] as Record<string, unknown>;
  }
  place[path.at(-1) ?? ''] = value;
}

/** The order of the replacements is that of RFC 6901, section 4: `~01` is `~1`. */
const pathOf = (name: string): readonly string[] =>
  name.startsWith('/')
    ? name
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : name.split('.');

/** Only own properties count, so that no path reaches a prototype. An array has its elements, and no `length`. */
function valueAt(claims: object, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

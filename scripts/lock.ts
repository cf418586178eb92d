interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Package>>;
}

interface Manifest extends Package {
  readonly name: string;
  readonly version: string;
}

/**
 * The lock file of a package that depends on some of what `lock` locks: the same versions, and nothing that it does
 * not reach.
 * Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json (version 3)
 */
export function lockFor(manifest: Manifest, lock: Lock): object {
  const reached = new Map<string, Package>();
  const visit = (from: string, { dependencies, optionalDependencies, peerDependencies }: Package) => {
    for (const name of Object.keys({ ...peerDependencies, ...optionalDependencies, ...dependencies })) {
      const at = resolve(lock, from, name);
      const found = at === undefined ? undefined : lock.packages[at];
      if (at === undefined || found === undefined || reached.has(at)) continue;
      const { dev: _, devOptional: __, ...entry } = found;
      reached.set(at, entry);
      visit(at, found);
    }
  };
  visit('', manifest);
  const { name, version, license, engines, dependencies } = manifest;
  const entries = [...reached].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name,
    version,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: { '': { name, version, license, dependencies, engines }, ...Object.fromEntries(entries) },
  };
}

/** Where Node would find `name` from the package at `from`: the nearest `node_modules` on the way up. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const candidate = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (candidate in lock.packages) return candidate;
    if (at === '') return undefined;
  }
}

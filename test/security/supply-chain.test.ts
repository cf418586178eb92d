import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

const lock: { lockfileVersion: number; packages: Record<string, Locked> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
/** The project's own packages, and the links to them. */
const isOwn = (path: string, { link, resolved = path }: Locked): boolean =>
  path === '' || (manifest.workspaces.includes(resolved) && (link === true || path === resolved));
const installed = Object.entries(lock.packages).filter(([path, locked]) => !isOwn(path, locked));

describe('the lock file', () => {
  // Without `resolved` npm takes a package from the registry it is configured for; the hash holds whatever that is.
  it('has every package from the registry, by its hash', () => {
    expect(installed.length).toBeGreaterThan(50);
    const loose = installed.filter(
      ([, { resolved, integrity, link }]) =>
        link === true ||
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) ||
        !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('names every package that wants to run a script when it is installed, allowed or not', () => {
    const wanting = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = new Set(wanting.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 13)));
    const decided: Record<string, boolean> = manifest.allowScripts;
    expect([...names].filter((name) => !(name in decided) && name !== 'fsevents')).toEqual([]);
    expect(Object.keys(decided).filter((name) => decided[name])).toEqual(['node']);
  });

  it('and the manifest agree, and what is deployed is pinned', () => {
    const { dependencies, devDependencies } = manifest;
    expect(lock.packages['']).toMatchObject({ dependencies, devDependencies });
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

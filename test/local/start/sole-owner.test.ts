import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { claimOwnership } from '../../../local/start/sole-owner.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';

const directory = mkdtempSync(join(tmpdir(), 'owner-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('ownership of a data directory', () => {
  it('is one process’s until it is released', () => {
    const path = join(directory, 'one', 'operations.db');
    const release = claimOwnership(path);
    expect(release).toBeDefined();
    expect(claimOwnership(path)).toBeUndefined();
    release?.();
    const again = claimOwnership(path);
    expect(again).toBeDefined();
    again?.();
  });

  it('is nobody’s where its file cannot be opened, or is none of SQLite', () => {
    const path = join(directory, 'odd', 'operations.db');
    mkdirSync(`${path}.owner`, { recursive: true });
    expect(() => claimOwnership(path)).toThrow(StoreUnavailable);
    const other = join(directory, 'odd', 'other.db');
    writeFileSync(`${other}.owner`, 'x'.repeat(5000));
    expect(() => claimOwnership(other)).toThrow(StoreUnavailable);
    expect(() => claimOwnership(other)).toThrow(`${other}.owner`);
  });

  it('is of one file, not of its neighbour', () => {
    const releases = ['a.db', 'b.db'].map((name) => claimOwnership(join(directory, name)));
    expect(releases).not.toContain(undefined);
    for (const release of releases) release?.();
  });

  it('ends with the process that was killed', async () => {
    const path = join(directory, 'killed', 'operations.db');
    const module = new URL('../../../local/start/sole-owner.ts', import.meta.url).href;
    const script = `import { claimOwnership } from ${JSON.stringify(module)};
      globalThis.release = claimOwnership(${JSON.stringify(path)});
      console.log('owned'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      expect(claimOwnership(path)).toBeUndefined();
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const release = claimOwnership(path);
    expect(release).toBeDefined();
    release?.();
  });
});

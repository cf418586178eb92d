import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { claimOwnership } from '../../../local/start/sole-owner.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';

vi.mock('node:fs', { spy: true });

const directory = mkdtempSync(join(tmpdir(), 'owner-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Who waits for so long although nobody ends has no test that passes. */
const LONGER_THAN_THE_TEST_MS = 600_000;

describe('ownership of a data directory', () => {
  it('is one process’s until it is released', async () => {
    const path = join(directory, 'one', 'operations.db');
    const owner = await claimOwnership(path);
    expect(owner).toBeDefined();
    expect(await claimOwnership(path, LONGER_THAN_THE_TEST_MS)).toBeUndefined();
    owner?.release();
    const again = await claimOwnership(path);
    expect(again).toBeDefined();
    again?.release();
  });

  it('is waited for if its owner ends, and not if that was another one', async () => {
    const path = join(directory, 'ending', 'operations.db');
    const owner = await claimOwnership(path);
    owner?.announceEnd();
    expect(await claimOwnership(path, 100)).toBeUndefined();
    const waiting = claimOwnership(path, LONGER_THAN_THE_TEST_MS);
    owner?.release();
    const next = await waiting;
    expect(next).toBeDefined();
    expect(await claimOwnership(path, LONGER_THAN_THE_TEST_MS)).toBeUndefined();
    rmSync(join(directory, 'ending'), { recursive: true });
    next?.announceEnd();
    next?.release();
  });

  it('is free for one who looks just when its owner ends, at whatever step', async () => {
    const path = join(directory, 'just', 'operations.db');
    const real = await vi.importActual<typeof import('node:fs')>('node:fs');
    const first = await claimOwnership(path);
    first?.announceEnd();
    vi.mocked(existsSync).mockImplementationOnce((file) => {
      first?.release();
      return real.existsSync(file);
    });
    const second = await claimOwnership(path, 100);
    expect(second).toBeDefined();

    second?.announceEnd();
    let third: ReturnType<typeof claimOwnership> | undefined;
    vi.mocked(rmSync).mockImplementationOnce((...file) => {
      real.rmSync(...file);
      third = claimOwnership(path, 100);
    });
    second?.release();
    expect(await third).toBeDefined();
    (await third)?.release();
  });

  it('is nobody’s where its file cannot be opened, or is none of SQLite', async () => {
    const path = join(directory, 'odd', 'operations.db');
    mkdirSync(`${path}.owner`, { recursive: true });
    await expect(claimOwnership(path)).rejects.toThrow(StoreUnavailable);
    const other = join(directory, 'odd', 'other.db');
    writeFileSync(`${other}.owner`, 'x'.repeat(5000));
    await expect(claimOwnership(other)).rejects.toThrow(StoreUnavailable);
    await expect(claimOwnership(other)).rejects.toThrow(`${other}.owner`);
  });

  it('is of one file, not of its neighbour', async () => {
    const owners = await Promise.all(['a.db', 'b.db'].map((name) => claimOwnership(join(directory, name))));
    expect(owners).not.toContain(undefined);
    for (const owner of owners) owner?.release();
  });

  it('ends with the process that was killed', async () => {
    const path = join(directory, 'killed', 'operations.db');
    const module = new URL('../../../local/start/sole-owner.ts', import.meta.url).href;
    const script = `import { claimOwnership } from ${JSON.stringify(module)};
      globalThis.owner = await claimOwnership(${JSON.stringify(path)});
      owner.announceEnd();
      console.log('owned'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      expect(await claimOwnership(path)).toBeUndefined();
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const owner = await claimOwnership(path);
    expect(owner).toBeDefined();
    // What the killed one announced says nothing about this one.
    expect(await claimOwnership(path, LONGER_THAN_THE_TEST_MS)).toBeUndefined();
    owner?.release();
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countOfTenant, eraseTenant } from '../../../shared/operations/access/erase-tenant.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { RecordCorrupt, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { createSqliteStore } from '../../../shared/operations/store/sqlite/store.ts';
import { failed, idOf, queued, running, START, succeeded } from '../../contract/records.ts';
import { openServices } from '../../support/service-fixture.ts';

const of = (tenant_id: string) => ({ tenant_id });
/** More than a page of the tenant's, in every state, and one of another. */
const operations = (): Operation[] => [
  ...Array.from({ length: 150 }, (_, n) => succeeded(`done-${n}`, {}, { created_at: START + n })),
  queued('waiting'),
  running('working'),
  failed('failed'),
  succeeded('expired', {}, { expire_at: START - 1 }),
  failed('other', of('school-2')),
];

describe('erasing a tenant', () => {
  it('leaves nothing of it, and all of the others', async () => {
    await using fixture = openServices();
    const { services } = fixture;
    for (const operation of operations()) await services.store.create(operation);
    const counts: number[] = [];
    const { erased, corrupt } = await eraseTenant(services, 'school-1', (count) => counts.push(count));
    expect([erased, corrupt]).toEqual([153, []]);
    expect(counts.slice(0, 2)).toEqual([100, 153]);
    expect(await services.store.read(idOf('working'))).toBeUndefined();
    expect(await services.store.read(idOf('expired'))).toBeUndefined();
    expect(await countOfTenant(services, 'school-1')).toBe(0);
    expect(await countOfTenant(services, 'school-2')).toBe(1);
  });

  it('goes on where it failed', async () => {
    await using fixture = openServices();
    const { services } = fixture;
    for (const operation of operations()) await services.store.create(operation);
    let calls = 0;
    fixture.interpose((store) => ({
      erase: async (id, version) => {
        calls += 1;
        if (calls > 120) throw new StoreUnavailable('away');
        return store.erase(id, version);
      },
    }));
    await expect(eraseTenant(services, 'school-1')).rejects.toThrow(StoreUnavailable);
    fixture.interpose(() => ({}));
    expect(await countOfTenant(services, 'school-1')).toBeLessThanOrEqual(34);
    await eraseTenant(services, 'school-1');
    expect(await countOfTenant(services, 'school-1')).toBe(0);
  });

  it('names a record that it cannot read, and erases the others', async () => {
    await using fixture = openServices();
    const { services } = fixture;
    for (const operation of operations()) await services.store.create(operation);
    fixture.interpose((store) => ({
      read: async (id) => {
        if (id === idOf('failed')) throw new RecordCorrupt('no status');
        return store.read(id);
      },
    }));
    expect(await eraseTenant(services, 'school-1')).toEqual({ erased: 152, corrupt: [idOf('failed')] });
  });

  it('by the command counts first, and erases when it is told to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'erase-tenant-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'operations.db');
    const store = createSqliteStore({ path });
    const later = { expire_at: Date.now() + 3_600_000 };
    for (const name of ['a', 'b']) await store.create(succeeded(name, {}, later));
    await store.close();
    const command = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['scripts/erase-tenant.ts', ...args], {
        env: { PATH: process.env['PATH'], SQLITE_PATH: path },
      });
    const counted = await command('--tenant=school-1');
    expect(counted.stdout).toContain('2 operations of school-1 would be erased. To erase them, add --yes.');
    expect((await command('--tenant=school-1', '--yes')).stdout).toContain(
      '2 operations of school-1 were erased.',
    );
    const left = createSqliteStore({ path });
    expect(await left.read(idOf('a'))).toBeUndefined();
    await left.close();
  });
});

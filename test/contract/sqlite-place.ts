import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import type { StorePlace } from './store-place.ts';

export async function sqlitePlace(): Promise<StorePlace & { readonly path: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'operations-'));
  const path = join(directory, 'operations.db');
  return {
    path,
    connect: (options) => createSqliteStore({ path, ...options }),
    async damage(id) {
      using db = new DatabaseSync(path, { timeout: 60_000 });
      const sound = db.prepare('SELECT document, summary FROM operations WHERE id = ?').get(id);
      if (sound === undefined) throw new Error(`no record ${id}`);
      db.exec(`
        UPDATE operations SET document = substr(document, 1, 200), summary = substr(summary, 1, 20)
        WHERE id = '${id}'`);
      return async () => {
        using db = new DatabaseSync(path, { timeout: 60_000 });
        db.prepare('UPDATE operations SET document = :document, summary = :summary WHERE id = :id').run({
          ...sound,
          id,
        });
      };
    },
    async remove() {
      rmSync(directory, { recursive: true });
    },
  };
}

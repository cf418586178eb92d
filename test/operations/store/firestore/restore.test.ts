import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKinds } from '../../../../shared/kinds.ts';
import { createLog } from '../../../../shared/log.ts';
import { kindsOf } from '../../../../shared/operations/kind.ts';
import { createFirestoreStore } from '../../../../shared/operations/store/firestore/store.ts';
import { sweep } from '../../../../shared/operations/work/sweep.ts';
import { createQuota } from '../../../../shared/quota/quota.ts';
import { failed, idOf, queued, running, START, succeeded } from '../../../contract/records.ts';
import { DEFAULT_LIMITS } from '../../../support/default-limits.ts';
import { firestoreEmulator, newProject, noFirestoreEmulator } from '../../../support/firestore-emulator.ts';
import { PATIENT } from '../../../support/patience.ts';
import { createScriptedProvider } from '../../../support/scripted-provider.ts';

/** The emulator's own export and import, in the format of Firestore's. */
describe.skipIf(noFirestoreEmulator)('a database that was exported and imported elsewhere', () => {
  it('has every record and lock, and its unfinished operations are swept up', async () => {
    const host = await firestoreEmulator();
    const directory = mkdtempSync(join(tmpdir(), 'export-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const open = (projectId: string) => {
      const store = createFirestoreStore({ projectId, emulatorHost: host, ...PATIENT, now: () => START });
      onTestFinished(() => store.close());
      return store;
    };
    const emulate = async (projectId: string, verb: 'export' | 'import', body: object) => {
      const response = await fetch(`http://${host}/emulator/v1/projects/${projectId}:${verb}`, {
        method: 'POST',
        body: JSON.stringify({ database: `projects/${projectId}/databases/(default)`, ...body }),
        headers: { 'Content-Type': 'application/json' },
      });
      if (!response.ok) throw new Error(await response.text());
    };

    const [lost, restored] = [newProject(), newProject()];
    const before = open(lost);
    const operations = [
      succeeded('done', { corrected_text: 'அவன்' }),
      failed('failed'),
      queued('waiting', { due_at: START - 1 }),
      running('working', { due_at: START - 1 }),
    ];
    for (const operation of operations) await before.create(operation);
    await before.takeLock(
      'a-lock',
      { operation_id: idOf('done'), taken_at: START, expire_at: START + 1 },
      undefined,
    );
    await emulate(lost, 'export', { export_directory: directory, export_name: 'backup' });
    await emulate(restored, 'import', {
      export_directory: join(directory, 'backup/backup.overall_export_metadata'),
    });

    const store = open(restored);
    for (const operation of operations)
      expect((await store.read(operation.id))?.operation).toEqual(operation);
    expect(await store.readLock('a-lock')).toMatchObject({ operation_id: idOf('done') });
    // Whoever repeats a request with its key finds the operation, and no second is made.
    expect(await store.create(operations[0] ?? queued('done'))).toBeUndefined();

    const enqueued: string[] = [];
    const quota = { requestsPerMinute: 100, unfinishedOperations: 100 };
    const swept = await sweep(
      {
        store,
        queue: {
          enqueue: async ({ operation_id }) => void enqueued.push(operation_id),
          close: async () => undefined,
        },
        kinds: kindsOf(createKinds(createScriptedProvider())),
        quota: createQuota(quota, store),
        log: createLog({ level: 'silent', service: 'test' }, { write: () => undefined }),
        project: undefined,
        now: () => START,
        limits: DEFAULT_LIMITS,
      },
      { budgetMs: 30_000 },
    );
    expect(swept).toMatchObject({ requeued: 2, failed: 0 });
    expect(enqueued.sort()).toEqual([idOf('waiting'), idOf('working')].sort());
  });
});

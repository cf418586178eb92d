import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { firestorePlace } from '../../contract/firestore-place.ts';
import { idOf, queued, START } from '../../contract/records.ts';
import { sqlitePlace } from '../../contract/sqlite-place.ts';
import type { StorePlace } from '../../contract/store-place.ts';
import { noFirestoreEmulator } from '../../support/firestore-emulator.ts';

const SECTION = /## A record that cannot be read\n(.*?)(?=\n## |$)/s;
/** What an operator is told to do. */
const [, told = ''] = SECTION.exec(readFileSync('docs/operate.md', 'utf8')) ?? [];

/** Two records of which one is damaged and was met by a sweep: whoever looks finds this one. */
async function setOneAside(place: StorePlace) {
  const store = place.connect({ now: () => START, onCorrupt: () => undefined });
  await store.create(queued('sound'));
  await store.create(queued('damaged'));
  const mend = await place.damage(idOf('damaged'));
  await store.due(START, 9);
  const metAfterwards = async () => {
    await mend();
    const met = await store.due(0, 9);
    await store.close();
    return met.map(({ operation }) => operation.id);
  };
  return { id: idOf('damaged'), metAfterwards };
}

it.skipIf(noFirestoreEmulator)(
  'an operator finds what is set aside in Firestore, and makes it due',
  async () => {
    const place = await firestorePlace(false)();
    const { id, metAfterwards } = await setOneAside(place);
    const [, query = ''] = /--data '([^']+)'/.exec(told) ?? [];
    const database = `projects/${place.projectId}/databases/(default)/documents`;
    const headers = { authorization: 'Bearer owner' };
    const response = await fetch(`http://${place.emulatorHost}/v1/${database}:runQuery`, {
      method: 'POST',
      headers,
      body: query,
    });
    const name = `${database}/operations/${id}`;
    const fields = { tenant_id: { stringValue: 'school-1' }, set_aside_at: { integerValue: String(START) } };
    expect(await response.json()).toMatchObject([{ document: { name, fields } }]);
    const path = `http://${place.emulatorHost}/v1/${name}?updateMask.fieldPaths=due_at`;
    const body = JSON.stringify({ fields: { due_at: { integerValue: '0' } } });
    expect((await fetch(path, { method: 'PATCH', headers, body })).status).toBe(200);
    expect(await metAfterwards()).toEqual([id]);
  },
);

it('an operator finds what is set aside in SQLite, and makes it due', async () => {
  const place = await sqlitePlace();
  onTestFinished(() => place.remove());
  const { id, metAfterwards } = await setOneAside(place);
  const [, query = ''] = /sqlite3 \S+ "([^"]+)"/.exec(told) ?? [];
  using db = new DatabaseSync(place.path, { timeout: 60_000 });
  expect(db.prepare(query).all()).toEqual([{ id, tenant_id: 'school-1', created_at: START }]);
  db.exec(`UPDATE operations SET due_at = 0 WHERE id = '${id}'`);
  expect(await metAfterwards()).toEqual([id]);
});

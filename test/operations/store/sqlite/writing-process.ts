import { createSqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { idOf, queued, START, succeeded } from '../../../contract/records.ts';

/**
 * A process of its own. `increment` counts up one shared record so many times. `crowd` keeps so many operations under way,
 * from their creation to their end, and tells each write that has resolved. `finish` ends the operation `a`.
 */
const [task, path = '', count = '0', name = ''] = process.argv.slice(2);
const store = createSqliteStore({ path, now: () => START });

async function increment(): Promise<void> {
  const stored = await store.read(idOf('shared'));
  if (!stored) throw new Error('gone');
  const attempts = stored.operation.attempts + 1;
  if ((await store.update({ ...stored.operation, attempts }, stored.version)) === undefined)
    await increment();
}

async function live(name: string): Promise<void> {
  const id = idOf(name);
  let version = await store.create(queued(name, { input: { text: 'அவன் வந்தான். '.repeat(20) } }));
  for (let attempts = 1; attempts <= 2 && version !== undefined; attempts += 1) {
    process.send?.({ id, version });
    version = await store.update(queued(name, { attempts }), version);
  }
  if (version === undefined) throw new Error('somebody else wrote it');
  process.send?.({ id, version });
  const end = await store.update(succeeded(name, { text: name }), version);
  process.send?.({ id, version: end });
}

if (task === 'finish') {
  const { version = '' } = (await store.read(idOf('a'))) ?? {};
  await store.update(succeeded('a', {}), version);
}
if (task === 'increment') {
  await store.create(queued('shared'));
  for (let n = 0; n < Number(count); n += 1) await increment();
}
if (task === 'crowd') {
  const endlessly = async (place: number) => {
    for (let n = 0; ; n += 1) await live(`${name}-${place}-${n}`);
  };
  await Promise.all(Array.from({ length: Number(count) }, (_, place) => endlessly(place)));
}
await store.close();
process.disconnect?.();

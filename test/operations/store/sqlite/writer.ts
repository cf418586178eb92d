import { createSqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { idOf, queued, START } from '../../../contract/records.ts';

/** A process of its own: `increment` counts up one shared record, `create` stores records and tells the id of each. */
const [task, path = '', count = '0'] = process.argv.slice(2);
const store = createSqliteStore({ path, now: () => START });

async function increment(): Promise<void> {
  const stored = await store.read(idOf('shared'));
  if (!stored) throw new Error('gone');
  const attempts = stored.operation.attempts + 1;
  if ((await store.update({ ...stored.operation, attempts }, stored.version)) === undefined)
    await increment();
}

if (task === 'increment') await store.create(queued('shared'));
for (let n = 0; n < Number(count); n += 1) {
  if (task === 'increment') await increment();
  else {
    await store.create(queued(`n${n}`));
    process.send?.(idOf(`n${n}`));
    await new Promise(setImmediate);
  }
}
await store.close();
process.disconnect?.();

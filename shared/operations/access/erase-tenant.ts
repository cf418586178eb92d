import { Problem } from '../../errors.ts';
import type { Services } from '../services.ts';
import { RecordCorrupt } from '../store/port.ts';
import { cancel } from './cancel.ts';
import { erase } from './erase.ts';

const PAGE_SIZE = 100;
const AT_ONCE = 10;

export interface ErasedTenant {
  readonly erased: number;
  /** Ids of records that cannot be read, and so could not be erased. */
  readonly corrupt: readonly string[];
}

/**
 * Erases every operation of a tenant; unfinished ones are cancelled first. What is done is done, so a call that failed or was
 * ended half way is simply repeated. A request that is answered meanwhile may store another operation.
 * @param onProgress is called after each page with the number of operations erased so far
 * @throws {StoreUnavailable}
 */
export async function eraseTenant(
  services: Services,
  tenant_id: string,
  onProgress: (erased: number) => void = () => undefined,
): Promise<ErasedTenant> {
  const corrupt = new Set<string>();
  let erased = 0;
  for (let before = -1; before < erased; ) {
    before = erased;
    for await (const ids of pagesOf(services, tenant_id)) {
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const done = await Promise.all(
          ids.slice(at, at + AT_ONCE).map((id) => eraseOne(services, tenant_id, id, corrupt)),
        );
        erased += done.filter(Boolean).length;
      }
      onProgress(erased);
    }
  }
  return { erased, corrupt: [...corrupt] };
}

/** Counts a tenant's operations, finished and unfinished. */
export async function countOfTenant(services: Pick<Services, 'store'>, tenant_id: string): Promise<number> {
  let count = 0;
  for await (const ids of pagesOf(services, tenant_id)) count += ids.length;
  return count;
}

async function* pagesOf({ store }: Pick<Services, 'store'>, tenant_id: string): AsyncGenerator<string[]> {
  let after: { created_at: number; id: string } | undefined;
  for (;;) {
    const { operations, more } = await store.list({ tenant_id, page_size: PAGE_SIZE, after });
    yield operations.map(({ id }) => id);
    const last = operations.at(-1);
    if (!more || last === undefined) return;
    after = { created_at: last.created_at, id: last.id };
  }
}

/** Resolves to whether this call erased the operation. */
async function eraseOne(
  services: Services,
  tenant_id: string,
  id: string,
  corrupt: Set<string>,
): Promise<boolean> {
  try {
    await cancel(services, tenant_id, id).catch(unlessFinished);
    await erase(services, tenant_id, id);
    return true;
  } catch (error) {
    if (error instanceof RecordCorrupt) corrupt.add(id);
    // Erased with its parent, or past its retention: then the store deletes it within a day.
    else if (!(error instanceof Problem) || error.code !== 'not-found') throw error;
    return false;
  }
}

function unlessFinished(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== 'operation-already-finished') throw error;
}

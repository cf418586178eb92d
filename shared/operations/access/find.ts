import { Problem } from '../../errors.ts';
import { isOperationId } from '../record/ids.ts';
import type { Services } from '../services.ts';
import type { Stored } from '../store/port.ts';

/**
 * Reads a tenant's operation. Another tenant's operation, one past its retention and a malformed id are all answered
 * alike: not found.
 * @throws {Problem} `not-found`
 */
export async function findOperation(
  { store, now }: Pick<Services, 'store' | 'now'>,
  tenant_id: string,
  givenId: string,
): Promise<Stored> {
  // RFC 9562, section 4: the hexadecimal digits of a UUID are read in any case.
  const id = givenId.toLowerCase();
  const stored = isOperationId(id) ? await store.read(id) : undefined;
  if (
    stored === undefined ||
    stored.operation.tenant_id !== tenant_id ||
    stored.operation.expire_at <= now()
  ) {
    throw noSuchOperation();
  }
  return stored;
}

export const noSuchOperation = (): Problem => new Problem('not-found', 'There is no such operation.');

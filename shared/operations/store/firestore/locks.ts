import { createHash } from 'node:crypto';
import type { Lock, LockStore } from '../port.ts';
import type { Document, Fields } from './client.ts';
import { expiryOf, integerOf, stateOf, toTimestamp, versionOf } from './document.ts';
import type { FirestoreService } from './service.ts';
import { writeUntilKnown } from './write.ts';

export const LOCKS = 'slots';

/**
 * Locks as documents of a collection of their own, under the hash of their name, which may hold what no document's name
 * may. A write is one commit with a precondition; one whose answer was lost is recognised by its `operation_id`.
 */
export function firestoreLocks(service: FirestoreService): LockStore {
  const nameOf = (name: string) => service.nameOf(LOCKS, createHash('sha256').update(name).digest('hex'));
  const versionIn = (document: Document) => versionOf(document.updateTime);
  return {
    async readLock(name) {
      const found = await service.get(nameOf(name), await service.begin());
      return found && { ...lockOf(found), version: versionIn(found) };
    },
    async takeLock(lockName, lock, version) {
      const name = nameOf(lockName);
      const until = await service.begin();
      const state = version === undefined ? undefined : stateOf(version);
      if (version !== undefined && state === undefined) return false;
      const free = state === undefined ? { exists: false } : { updateTime: state.updateTime };
      const write = { update: { name, fields: fieldsOf(lock) } };
      return writeUntilKnown(service, write, free, until, {
        written: () => true,
        unwritten: async (certainly) => {
          if (certainly) return { known: false };
          const found = await service.get(name, until);
          if (found && lockOf(found).operation_id === lock.operation_id) return { known: true };
          const asBefore = (found && versionIn(found)) === version;
          return asBefore ? { again: free } : { known: false };
        },
      });
    },
  };
}

export const fieldsOf = ({ operation_id, taken_at, expire_at }: Lock): Fields => ({
  operation_id: { stringValue: operation_id },
  taken_at: { integerValue: taken_at },
  expire_at: { timestampValue: toTimestamp(expire_at) },
});

const lockOf = (document: Document): Lock => ({
  operation_id: document.fields?.['operation_id']?.stringValue ?? '',
  taken_at: integerOf(document, 'taken_at'),
  expire_at: expiryOf(document) ?? 0,
});

import { createHash } from 'node:crypto';
import type { Slot, SlotStore } from '../port.ts';
import type { Document, Fields } from './client.ts';
import { expiryOf, integerOf, timeOf, toTimestamp, versionOf } from './document.ts';
import { CODE, Refused } from './rpc.ts';
import type { FirestoreService } from './service.ts';

export const SLOTS = 'slots';

/**
 * Slots as documents of a collection of their own, under the hash of their name, which may hold what no document's name
 * may. A write is one commit with a precondition; one that was repeated is recognised by its `operation_id`.
 */
export function firestoreSlots(service: FirestoreService, limitOfTime: () => number): SlotStore {
  const nameOf = (name: string) => service.nameOf(SLOTS, createHash('sha256').update(name).digest('hex'));
  return {
    async readSlot(name) {
      const found = await service.get(nameOf(name), limitOfTime());
      return found && { ...slotOf(found), version: versionOf(found.updateTime) };
    },
    async takeSlot(name, slot, version) {
      const until = limitOfTime();
      const updateTime = version === undefined ? undefined : timeOf(version);
      if (version !== undefined && updateTime === undefined) return false;
      const currentDocument = updateTime === undefined ? { exists: false } : { updateTime };
      try {
        await service.commit(
          { update: { name: nameOf(name), fields: fieldsOf(slot) }, currentDocument },
          until,
        );
        return true;
      } catch (error) {
        if (!(error instanceof Refused) || error.code === CODE.INVALID_ARGUMENT) throw error;
        if (!error.repeated) return false;
        const found = await service.get(nameOf(name), until);
        return found !== undefined && slotOf(found).operation_id === slot.operation_id;
      }
    },
  };
}

export const fieldsOf = ({ operation_id, taken_at, expire_at }: Slot): Fields => ({
  operation_id: { stringValue: operation_id },
  taken_at: { integerValue: taken_at },
  expire_at: { timestampValue: toTimestamp(expire_at) },
});

const slotOf = (document: Document): Slot => ({
  operation_id: document.fields?.['operation_id']?.stringValue ?? '',
  taken_at: integerOf(document, 'taken_at'),
  expire_at: expiryOf(document) ?? 0,
});

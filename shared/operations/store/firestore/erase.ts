import type { Version } from '../port.ts';
import { isAt, LOOKED_AT, stateOf } from './document.ts';
import type { FirestoreService } from './service.ts';
import { writeUntilKnown } from './write.ts';

/** Deletes a document if its version is still `version`. One whose answer was lost is carried out if the document is gone. */
export async function eraseDocument(
  service: FirestoreService,
  name: string,
  version: Version,
): Promise<boolean> {
  const state = stateOf(version);
  if (!state) return false;
  const { updateTime } = state;
  const until = await service.begin();
  return writeUntilKnown(service, { delete: name }, { updateTime }, until, {
    written: () => true,
    unwritten: async (certainly) => {
      if (certainly) return { known: false };
      const found = await service.get(name, until, LOOKED_AT);
      if (!found) return { known: true };
      return isAt(found, updateTime) ? { again: { updateTime } } : { known: false };
    },
  });
}

import type { OperationStore, Stored, Tell } from '../../shared/operations/store/port.ts';

/** The part of a store that tells of changes: it tells what the test says, to all who have not stopped. */
export interface TellingStore extends Pick<OperationStore, 'watch'> {
  readonly told: (stored: Stored | undefined) => void;
  /** How many it tells. */
  readonly watching: number;
}

export function tellingStore(): TellingStore {
  const tells = new Set<Tell>();
  return {
    watch(_, told) {
      const tell: Tell = (stored) => told(stored);
      tells.add(tell);
      return () => void tells.delete(tell);
    },
    told(stored) {
      for (const tell of tells) tell(stored);
    },
    get watching() {
      return tells.size;
    },
  };
}

import type { Stored, Tell } from './port.ts';

/** Who is told of which record. However many follow a record, a store looks at it, or listens to it, once. */
export interface Watchers {
  /** Adds one who is told of `id`, and first of the state that was told last, if any was. Returns what takes it out again. */
  add(id: string, tell: Tell): () => void;
  /** Tells all who follow `id`. */
  tell(id: string, stored: Stored | undefined): void;
  has(id: string): boolean;
  /** The state that was told last; `undefined` if none was. */
  last(id: string): { readonly stored: Stored | undefined } | undefined;
  /** The records that are followed. */
  readonly ids: readonly string[];
  readonly size: number;
}

/** `onFirst` is called when somebody begins to follow a record that nobody follows, `onNone` when the last one has gone. */
export function createWatchers(onFirst: (id: string) => void, onNone: (id: string) => void): Watchers {
  const watched = new Map<string, { readonly tells: Set<Tell>; last?: { stored: Stored | undefined } }>();

  return {
    add(id, told) {
      // A function of its own for each, so that the same one may be added twice.
      const tell: Tell = (stored) => told(stored);
      const known = watched.get(id);
      const entry = known ?? { tells: new Set() };
      entry.tells.add(tell);
      if (known === undefined) {
        watched.set(id, entry);
        onFirst(id);
      } else if (known.last !== undefined) {
        const { last } = known;
        queueMicrotask(() => entry.tells.has(tell) && tell(last.stored));
      }
      return () => {
        if (!entry.tells.delete(tell) || entry.tells.size > 0) return;
        watched.delete(id);
        onNone(id);
      };
    },
    tell(id, stored) {
      const entry = watched.get(id);
      if (entry === undefined) return;
      entry.last = { stored };
      for (const tell of entry.tells) tell(stored);
    },
    has: (id) => watched.has(id),
    last: (id) => watched.get(id)?.last,
    get ids() {
      return [...watched.keys()];
    },
    get size() {
      return watched.size;
    },
  };
}

import type { Stored, Tell, Version } from '../port.ts';
import { createWatchers } from '../watchers.ts';

export interface Watch {
  /** The port's `watch`. */
  watch(id: string, tell: Tell): () => void;
  /** This process has written the record. */
  wrote(id: string): void;
  /** Records that are followed. */
  readonly size: number;
  close(): void;
}

export interface WatchOptions {
  /** Reads of the store, which may reject: the next look follows. */
  readonly read: (id: string) => Promise<Stored | undefined>;
  readonly version: (id: string) => Promise<Version | undefined>;
  /** Nobody tells of the writes of other processes, so they are looked for. */
  readonly lookEveryMs: number;
}

/**
 * Tells of changes to records: at once of those that this process writes, and after the next look of those that another
 * process writes to the same file. While nobody follows a record, there is no timer and no read.
 */
export function createWatch({ read, version, lookEveryMs }: WatchOptions): Watch {
  let timer: NodeJS.Timeout | undefined;
  const watchers = createWatchers(
    (id) => {
      timer ??= setTimeout(lookAtAll, lookEveryMs);
      look(id);
    },
    () => {
      if (watchers.size > 0) return;
      clearTimeout(timer);
      timer = undefined;
    },
  );

  function look(id: string): void {
    read(id).then(
      (stored) => watchers.tell(id, stored),
      () => undefined,
    );
  }

  function lookAtAll(): void {
    timer = setTimeout(lookAtAll, lookEveryMs);
    for (const id of watchers.ids) {
      version(id).then(
        (found) => {
          if (found !== watchers.last(id)?.stored?.version) look(id);
        },
        () => undefined,
      );
    }
  }

  return {
    watch: watchers.add,
    wrote(id) {
      if (watchers.has(id)) look(id);
    },
    get size() {
      return watchers.size;
    },
    close: () => clearTimeout(timer),
  };
}

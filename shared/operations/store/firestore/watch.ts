import type { Stored, Tell } from '../port.ts';
import { createWatchers } from '../watchers.ts';
import type { Document, ListenCall } from './client.ts';
import type { FirestoreService } from './service.ts';

export interface WatchOptions {
  readonly service: Pick<FirestoreService, 'listen' | 'nameOf' | 'database'>;
  readonly collection: string;
  readonly read: (id: string) => Promise<Stored | undefined>;
  /** The record of a document that exists; `undefined` if it is past its retention. */
  readonly storedOf: (document: Document) => Stored | undefined;
  readonly lookEveryMs: number;
}

export interface Watch {
  /** The port's `watch`. */
  watch(id: string, tell: Tell): () => void;
  close(): void;
}

/** Google ends every stream now and then. One that lived so long is opened again at once. */
const STABLE_MS = 10_000;
/** Between two streams that both were lost sooner, at most. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Tells of changes to documents, by one `Listen` stream for all that are followed, each as a target of its own. An HTTP/2
 * connection takes a hundred streams at once, so a stream for each document could stop every other call. The stream is open
 * only while somebody follows a document. While it is not there yet, or cannot be had, the documents are read once a second.
 * Source: https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#google.firestore.v1.Firestore.Listen
 */
export function createWatch({ service, collection, read, storedOf, lookEveryMs }: WatchOptions): Watch {
  const { database } = service;
  const targets = new Map<string, number>();
  let lastTarget = 0;
  let call: ListenCall | undefined;
  let openedAt = 0;
  /** What the present stream has told of. The rest is read. */
  let heard = new Set<string>();
  let opening = false;
  let failures = 0;
  let openAgainAt = 0;
  let looking: NodeJS.Timeout | undefined;

  const watchers = createWatchers(
    (id) => {
      lastTarget += 1;
      targets.set(id, lastTarget);
      if (call !== undefined) call.write(addition(id, lastTarget));
      else open();
      // A new target has told nothing yet, and the stream may not come.
      looking ??= setTimeout(lookAtAll, lookEveryMs);
    },
    (id) => {
      const target = targets.get(id);
      targets.delete(id);
      heard.delete(id);
      if (targets.size === 0) end();
      else call?.write({ database, removeTarget: target });
    },
  );

  const addition = (id: string, targetId: number) => ({
    database,
    addTarget: { targetId, documents: { documents: [service.nameOf(collection, id)] } },
  });

  function open(): void {
    if (opening || performance.now() < openAgainAt) return;
    opening = true;
    service
      .listen()
      .then(follow, () => undefined)
      .finally(() => {
        opening = false;
      });
  }

  function follow(opened: ListenCall | undefined): void {
    if (opened === undefined) return;
    // Also the error that `cancel` causes must find a listener.
    opened.on('error', () => lost(opened));
    opened.on('end', () => lost(opened));
    if (targets.size === 0) {
      opened.cancel();
      return;
    }
    call = opened;
    openedAt = performance.now();
    heard = new Set();
    opened.on('data', (response) => {
      if (call !== opened) return;
      const { documentChange, documentDelete, documentRemove, targetChange } = response;
      if (targetChange?.cause) {
        opened.cancel();
        lost(opened);
      } else if (documentChange?.document) hear(idIn(documentChange.document.name), documentChange.document);
      const gone = documentDelete?.document ?? documentRemove?.document;
      if (gone) hear(idIn(gone), undefined);
    });
    for (const [id, target] of targets) opened.write(addition(id, target));
  }

  function hear(id: string, document: Document | undefined): void {
    if (!targets.has(id)) return;
    heard.add(id);
    try {
      watchers.tell(id, document && storedOf(document));
    } catch {
      // A corrupt record: a read reports it.
    }
  }

  function lost(which: ListenCall): void {
    if (call !== which) return;
    call = undefined;
    heard.clear();
    const now = performance.now();
    failures = now - openedAt < STABLE_MS ? failures + 1 : 0;
    openAgainAt = now + (failures === 0 ? 0 : Math.min(lookEveryMs * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    open();
    looking ??= setTimeout(lookAtAll, lookEveryMs);
  }

  /** Reads what the stream does not tell of. */
  function lookAtAll(): void {
    looking = undefined;
    if (call === undefined) open();
    const untold = watchers.ids.filter((id) => !heard.has(id));
    if (untold.length === 0) return;
    looking = setTimeout(lookAtAll, lookEveryMs);
    for (const id of untold) {
      read(id).then(
        (stored) => watchers.tell(id, stored),
        () => undefined,
      );
    }
  }

  function end(): void {
    clearTimeout(looking);
    looking = undefined;
    const ended = call;
    call = undefined;
    ended?.cancel();
  }

  return { watch: watchers.add, close: end };
}

const idIn = (name: string | null | undefined): string => name?.split('/').at(-1) ?? '';

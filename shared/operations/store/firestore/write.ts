import type { Precondition, Timestamp, Write } from './client.ts';
import { pauseAfter } from './rpc.ts';
import type { FirestoreService } from './service.ts';

/** What a read of the document tells about a write: it was carried out, was refused, or may be made again. */
export type Judged<T> = { readonly known: T } | { readonly again: Precondition };

export interface Judge<T> {
  /** The write was carried out. */
  readonly written: (time: Timestamp) => T;
  /** The write was refused. With `certainly`, no earlier attempt can have been carried out. */
  readonly unwritten: (certainly: boolean) => Promise<Judged<T>>;
}

/**
 * Makes a write until its outcome is known. An unanswered write is not simply repeated: a read, which waits for no lock, tells
 * first whether another attempt is useful.
 * @throws {RecordTooLarge}
 * @throws {StoreUnavailable} the outcome is unknown when the time is up: the write may have been carried out, or still may be
 */
export async function writeUntilKnown<T>(
  service: Pick<FirestoreService, 'commit'>,
  write: Write,
  first: Precondition,
  until: number,
  { written, unwritten }: Judge<T>,
): Promise<T> {
  let currentDocument = first;
  for (let unanswered = 0; ; ) {
    const committed = await service.commit({ ...write, currentDocument }, until);
    if (committed.kind === 'written') return written(committed.time);
    if (committed.kind === 'unanswered') {
      await pauseAfter(committed.error, unanswered, until);
      unanswered += 1;
    }
    const judged = await unwritten(unanswered === 0);
    if ('known' in judged) return judged.known;
    currentDocument = judged.again;
  }
}

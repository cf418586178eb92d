import type { Precondition, Timestamp, Write } from './client.ts';
import { pauseAfter } from './rpc.ts';
import type { FirestoreService } from './service.ts';

/** What a look at the document tells of a write: what became of it, or that it may be made on what is there. */
export type Judged<T> = { readonly known: T } | { readonly again: Precondition };

export interface Judge<T> {
  /** The write was carried out. */
  readonly written: (time: Timestamp) => T;
  /** It was refused. `certainly`: and no earlier attempt at it can have been carried out. */
  readonly unwritten: (certainly: boolean) => Promise<Judged<T>>;
}

/**
 * Makes a write until it is known what became of it. What was not answered is not simply written again: a read, which
 * waits for no lock, tells whether that is to any purpose.
 * @throws {RecordTooLarge}
 * @throws {StoreUnavailable} it is not known within the time: it may have been made, or may still be
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

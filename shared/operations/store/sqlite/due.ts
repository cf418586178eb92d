import { setImmediate as nextTurn } from 'node:timers/promises';
import { CORRUPT, type DuePosition, SET_ASIDE_MS, type Stored } from '../port.ts';
import type { OnCorrupt } from '../serialise.ts';
import type { DueRow, Reader } from './reader.ts';
import type { Request, Written } from './writes.ts';

export interface DueOptions {
  readonly reader: Reader;
  readonly reading: <T>(read: () => T) => Promise<T>;
  readonly writing: (request: Request) => Promise<Written>;
  readonly now: () => number;
  readonly onCorrupt: OnCorrupt | undefined;
}

type Skipped = readonly [row: DueRow, faults: string];

const FIRST: DuePosition = { due_at: -1, id: '' };
/** Of a turn of the event loop: a hundred records may be a hundred megabytes. */
const TURN_MS = 5;

/** The port's `due`. Record by record, so that corrupt ones take no place in the answer and other work comes between. */
export async function readDue(
  options: DueOptions,
  at: number,
  limit: number,
  from = FIRST,
): Promise<readonly Stored[]> {
  const { reader, reading } = options;
  const found: Stored[] = [];
  const skipped: Skipped[] = [];
  let begun = performance.now();
  let after: DuePosition | undefined = from;
  while (after !== undefined && found.length < limit) {
    const position: DuePosition = after;
    const page = await reading(() => reader.due(at, limit - found.length, position));
    for (const { id } of page) {
      const stored = await reading(() => reader.readDue(id, at, (...one) => skipped.push(one)));
      if (stored !== undefined) found.push(stored);
      if (performance.now() - begun < TURN_MS) continue;
      await nextTurn();
      begun = performance.now();
    }
    after = page.at(-1);
  }
  await Promise.all(skipped.map((one) => setAside(options, one)));
  return found;
}

async function setAside({ writing, now, onCorrupt }: DueOptions, [row, faults]: Skipped): Promise<void> {
  const { id, version, status } = row;
  let isOurs = true;
  try {
    const due_at = now() + SET_ASIDE_MS;
    isOurs = (await writing({ kind: 'set-aside', id, version, due_at })) !== undefined;
  } catch {
    // What cannot be set aside is skipped all the same, and met again.
  }
  if (status !== CORRUPT && isOurs) onCorrupt?.(id, faults);
}

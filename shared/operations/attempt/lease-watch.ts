import type { Log } from '../../log.ts';
import { isFinished } from '../record/record.ts';
import type { OperationStore } from '../store/port.ts';
import type { LeasedRecord } from './leased-record.ts';

/** Pauses between reads of the record. A short attempt costs no read, a long one about twelve a minute. */
const PAUSES_MS = [1000, 2000, 4000];
const LONGEST_PAUSE_MS = 5000;
/** A progress write doubles as the cancellation check. */
const MIN_PROGRESS_STEP = 0.01;

export interface LeaseWatch {
  /** Aborted when the operation is cancelled, or another attempt has taken it over. */
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
  readonly stop: () => void;
}

/**
 * Reads the record now and then while an attempt runs, so that a cancelled operation costs no further provider call. Writes
 * the attempt's progress at the same times, at most every five seconds.
 */
export function watchLease(store: OperationStore, leased: LeasedRecord, token: string, log: Log): LeaseWatch {
  const lost = new AbortController();
  const pauses = PAUSES_MS.values();
  let progress = 0;
  let told = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const look = async () => {
    const fraction = progress;
    if (fraction - told >= MIN_PROGRESS_STEP && timerPause >= LONGEST_PAUSE_MS) {
      if ((await leased.write({ type: 'progress', token, fraction })).kind === 'lost') lose();
      told = fraction;
      return;
    }
    const stored = await store.read(leased.operation.id);
    if (stored === undefined || isFinished(stored.operation) || stored.operation.lease?.token !== token)
      lose();
  };
  const lose = () => lost.abort(new Error('the operation is no longer this attempt’s'));
  let timerPause = 0;
  const next = () => {
    if (stopped || lost.signal.aborted) return;
    timerPause = pauses.next().value ?? LONGEST_PAUSE_MS;
    timer = setTimeout(() => {
      // A read that fails says nothing about the lease. The attempt's last write will tell.
      look()
        .catch((error: unknown) => log.debug({ err: error }, 'look'))
        .finally(next);
    }, timerPause);
  };
  next();

  return {
    signal: lost.signal,
    onProgress: (fraction) => {
      progress = Math.max(progress, fraction);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

import { Generations } from '../../../generations.ts';
import type { Stored } from '../port.ts';
import type { RowVersion } from './version.ts';

export interface Remembered extends RowVersion {
  /** Of its JSON in the database. */
  readonly bytes: number;
  readonly stored: Stored;
}

/** By operation id. */
export type RecentRecords = Generations<Remembered>;

/** So many are remembered when they are read in turn again and again. */
export const MOST_IN_TURN = 64;
/** Half of those that are remembered are sure to be the ones that were read last. */
const MOST_RECORDS = 2 * MOST_IN_TURN;
const MOST_BYTES = 4_000_000;

/**
 * Records that this process read twice in a short time, so that they need not be fetched and parsed again. It does not know what
 * was written since, so a record is used only where the database has just told that it has this version, in this length. No
 * version of an id is ever used again: the record of the version that the database has is the record that it has, and
 * nobody is shown an older state than anybody was shown before. What is written or read for the first time is not
 * remembered: most of it is read once or never.
 */
export const createRecentRecords = (most = MOST_RECORDS, mostWeight = MOST_BYTES): RecentRecords =>
  new Generations({ most, mostWeight, weigh: ({ bytes }) => bytes });

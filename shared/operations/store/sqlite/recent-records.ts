import { Generations } from '../../../generations.ts';
import type { Operation } from '../../record/record.ts';
import type { RowVersion } from './version.ts';

export interface Remembered extends RowVersion {
  /** Of its JSON in the database. */
  readonly bytes: number;
  readonly operation: Operation;
}

/** By operation id. */
export type RecentRecords = Generations<Remembered>;

export const MOST_RECORDS = 64;
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

import { PLACES_A_MS, placeOf, timeOf } from '../../record/ids.ts';

/** 2023-11-14, before any operation. */
const FIRST_TIME = 1.7e12;
/** In the year 2093. Below what a JavaScript number tells exactly by far, since SQLite counts on from the highest row. */
const LAST_ROW = 9e15;

/**
 * The number of the row in which a new operation is put, unless that is taken. Rows rise with time, so that new ones are
 * written side by side.
 */
export function rowAt(created_at: number, id: string): number | undefined {
  const row = (created_at - FIRST_TIME) * PLACES_A_MS + placeOf(id);
  return row > 0 && row < LAST_ROW ? row : undefined;
}

/**
 * Where the operation lies, most likely, if its id tells. To look there is less work than to search for the id: with half a
 * million stored, the index of ids is another page that lies in no cache.
 */
export function likelyRow(id: string): number | undefined {
  const time = timeOf(id);
  return time === undefined ? undefined : rowAt(time, id);
}

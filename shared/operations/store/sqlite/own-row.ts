import { PLACES_A_MS, placeOf } from '../../record/ids.ts';

/** 2023-11-14, before any operation. */
const FIRST_TIME = 1.7e12;
/** In the year 2093. Far below what a JavaScript number tells exactly, since SQLite counts on from the highest row. */
const LAST_ROW = 9e15;

/**
 * The number of the row in which a new operation is put if that is free, so that it is found without a search for its id: with
 * half a million stored, the index of ids is another page that lies in no cache. It says nothing of any other row.
 * @param created_at if it is known; another time in the id is there by chance
 */
export function ownRow(id: string, created_at?: number): number | undefined {
  const found = placeOf(id);
  if (found === undefined || (created_at !== undefined && found.time !== created_at)) return undefined;
  const row = (found.time - FIRST_TIME) * PLACES_A_MS + found.place;
  return row > 0 && row < LAST_ROW ? row : undefined;
}

import { diffArrays } from 'diff';

/** A piece that both texts have, or one of them. */
export interface Piece {
  readonly text: string;
  readonly kind: 'same' | 'removed' | 'added';
}

/** Words, the white space between them, and punctuation, each by itself. Signs stay with their letters. */
const TOKENS = /\s+|[\p{L}\p{M}\p{N}\u200c\u200d]+|./gsu;
/** Beyond so many edits the texts are shown as different from there on, since the search grows with their square. */
const MOST_EDITS = 4000;

/** Compares two texts word by word. */
export function differences(before: string, after: string): Piece[] {
  const [old, young] = [before.match(TOKENS) ?? [], after.match(TOKENS) ?? []];
  const parts = diffArrays(old, young, { maxEditLength: MOST_EDITS });
  if (parts === undefined)
    return [
      { text: before, kind: 'removed' },
      { text: after, kind: 'added' },
    ];
  return parts.map(({ value, added, removed }) => ({
    text: value.join(''),
    kind: added ? 'added' : removed ? 'removed' : 'same',
  }));
}

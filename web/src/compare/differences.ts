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

/** A word that takes another's place is one change. */
export const changesIn = (pieces: readonly Piece[]): number =>
  pieces.filter(
    ({ kind }, at) => kind === 'removed' || (kind === 'added' && pieces[at - 1]?.kind !== 'removed'),
  ).length;

/** Divides pieces at the line ends that both texts have. */
export function paragraphs(pieces: readonly Piece[]): Piece[][] {
  const rows: Piece[][] = [[]];
  for (const piece of pieces) {
    const lines = piece.kind === 'same' ? piece.text.split('\n') : [piece.text];
    for (const [at, text] of lines.entries()) {
      if (at > 0) rows.push([]);
      if (text !== '') rows.at(-1)?.push({ ...piece, text });
    }
  }
  return rows.filter((row) => row.length > 0);
}

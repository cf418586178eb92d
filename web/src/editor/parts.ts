/** A piece of a text, and where it begins there. */
export interface Part {
  readonly start: number;
  readonly text: string;
}

/** Where a text is cut if it must be, the best first: behind a paragraph, a line, a sentence, a word. */
const CUTS = [/\n\s*\n/g, /\n/g, /[.!?…]["'”’)]*\s/g, /\s/g];

/**
 * Cuts a text into parts of at most `limit` UTF-16 code units. Parts of white space only are left out, since there is nothing to
 * check in them.
 */
export function partsOf(text: string, limit: number): Part[] {
  const parts: Part[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.length - start <= limit ? text.length : start + cut(text.slice(start, start + limit));
    parts.push({ start, text: text.slice(start, end) });
    start = end;
  }
  return parts.filter((part) => /\S/.test(part.text));
}

/** The last good place in the second half of a piece. Without any, its end, but never inside a letter. */
function cut(piece: string): number {
  for (const pattern of CUTS) {
    let last = 0;
    for (const found of piece.matchAll(pattern)) last = found.index + found[0].length;
    if (last > piece.length / 2) return last;
  }
  const letters = new Intl.Segmenter('ta').segment(piece);
  return letters.containing(piece.length - 1)?.index || piece.length;
}

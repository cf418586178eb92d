import { strFromU8, unzipSync } from 'fflate';

const DOCUMENT = 'word/document.xml';
/** A packed file may unpack to a thousand times its size. */
const MOST_BYTES = 30_000_000;

/**
 * The paragraphs of a Word document, one a line. Deleted text of tracked changes is left out, inserted text stays.
 * Source: ECMA-376, part 1, sections 17.3.3 (t, tab, br, cr, noBreakHyphen) and 17.3.1.22 (p)
 */
export function docxText(bytes: Uint8Array): string {
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => name === DOCUMENT && originalSize <= MOST_BYTES,
  });
  const document = files[DOCUMENT];
  if (document === undefined) throw new Error('no document in this file');
  return textOf(strFromU8(document));
}

/** A tag, or the text before the next one. In XML `<` and `&` stand for nothing else. */
const TOKENS = /<(\/?)w:([A-Za-z]+)(?:\s[^<>]*?)?(\/?)>|<[^<>]*>|([^<]+)/g;

/** Reads what may stand in a paragraph, without a parser whose result could become markup. */
export function textOf(xml: string): string {
  let text = '';
  let inText = false;
  /** The places of tabs, which are no tabs. */
  let inTabs = false;
  for (const [, closing, name, empty, characters] of xml.matchAll(TOKENS)) {
    if (characters !== undefined) {
      if (inText) text += decoded(characters);
    } else if (name === 't') inText = closing === '' && empty === '';
    else if (name === 'p' && (closing === '/' || empty === '/')) text += '\n';
    else if (name === 'tabs') inTabs = closing === '' && empty === '';
    else if (name === 'tab' && closing === '' && !inTabs) text += '\t';
    else if ((name === 'br' || name === 'cr') && closing === '') text += '\n';
    else if (name === 'noBreakHyphen') text += '\u2011';
  }
  return text.trimEnd();
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const decoded = (characters: string): string =>
  characters.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });

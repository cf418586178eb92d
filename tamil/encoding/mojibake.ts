/** Windows-1252 where it differs from Latin-1 (WHATWG Encoding Standard, index windows-1252): the byte of each character. */
const WINDOWS_1252 = new Map(
  [...'€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'].map(
    (character, at) => [character, 0x80 + at] as const,
  ),
);

const byteOf = (character: string): number | undefined => {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? code : WINDOWS_1252.get(character);
};

/** The three bytes of a Tamil letter in UTF-8 (E0 AE xx, E0 AF xx), each read as a character of its own. */
const LETTER = String.raw`à[®¯][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]`;
const LETTERS = new RegExp(LETTER, 'gu');
const GARBLED = new RegExp(`${LETTER}(?:[ -~]{0,3}${LETTER})*`, 'gu');

export interface Garbled {
  readonly start: number;
  readonly end: number;
  /** What stood there before it was read in the wrong encoding. */
  readonly to: string;
}

/** Finds Tamil in UTF-8 that was read as Windows-1252 or Latin-1: à®¤à®®à®¿à®´à¯ for தமிழ். */
export const findMojibake = (text: string): Garbled[] => {
  if (!/à[®¯]/.test(text)) return [];
  return [...text.matchAll(GARBLED)].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    to: found.replace(LETTERS, decode),
  }));
};

const decode = (letter: string): string => {
  const bytes = [...letter].map(byteOf);
  return bytes.includes(undefined) ? letter : new TextDecoder().decode(Uint8Array.from(bytes as number[]));
};

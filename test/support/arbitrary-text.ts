import fc from 'fast-check';

const PIECES = [
  'அ',
  'ந்',
  'த',
  'க்',
  'கை',
  'கொ',
  'ஸ்ரீ',
  'ௌ',
  '்',
  'ா',
  '௧',
  'ஃ',
  'பள்ளி',
  'தமிழ்',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '. ',
  '! ',
  '?',
  'the ',
  'Tamil',
  '12.5',
  '%',
  '😀',
  '👨‍👩‍👧',
  '👍🏽',
  'e\u0301',
  '\u200b',
  '\u200c',
  '\u00a0',
  '\ufeff',
  '"',
  '`',
  '𝒳',
  '漢',
];

/** Well-formed text of Tamil, other scripts, emoji, combining marks and invisible characters. */
export const arbitraryText = (maxPieces = 40) =>
  fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: maxPieces })
    .map((pieces) => pieces.join(''));

/** A number no decent provider would send as an offset, and those it would. */
export const arbitraryOffset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 120 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -1, 1.5, 2 ** 53, -0, 1e308) },
);

/** Strings as a hostile provider would send them, lone surrogates included. */
export const arbitraryWords = fc.oneof(
  arbitraryText(6),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', ' ', '\ud83d', '\ude00', 'திருத்தம்'),
);

/** Marks that compose with the letter before them, and those that do not; on letters of several scripts, and on none. */
const LETTERS = ['க', 'த', 'எ', 'e', 'அ', '1', '"', '“', '–', ' ', '\n', '\u200b', '\u200d', '\u00ad', '𝒳'];
const MARKS = ['ா', 'ெ', 'ே', 'ௗ', '்', 'ை', '\u0301', '\u0323', '\u0bd7', '\u{11f03}'];

/** A short text of letters under heaps of marks, the same few again and again, composed and taken apart. */
export const arbitraryMarkedText = fc
  .array(
    fc
      .tuple(fc.constantFrom('', ...LETTERS), fc.array(fc.constantFrom(...MARKS), { maxLength: 3 }))
      .map(([letter, marks]) => letter + marks.join('')),
    { minLength: 1, maxLength: 12 },
  )
  .chain((letters) => fc.constantFrom(letters.join(''), letters.join('').normalize('NFC')))
  .filter((text) => text !== '');

/** A piece of a text, cut wherever, as somebody else would type it: composed or not, with and without what is not seen. */
export const retypedPiece = (text: string): fc.Arbitrary<string> => {
  const piece = fc
    .tuple(fc.nat(text.length), fc.integer({ min: 1, max: 8 }))
    .map(([from, length]) => text.slice(from, from + length));
  const retyping = fc.constantFrom<(words: string) => string>(
    (words) => words,
    (words) => words.normalize('NFC'),
    (words) => words.normalize('NFD'),
    (words) => words.replace(/[\u00AD\u200B-\u200D]/g, ''),
    (words) => words.replace(/\s+/g, ' \n'),
    (words) => words.replaceAll('“', '"').replaceAll('–', '-'),
    (words) => [...words].join('\u200b'),
    (words) => ` ${words}`,
    (words) => `${words} `,
  );
  return fc.tuple(piece, fc.array(retyping, { maxLength: 3 })).map(([words, all]) => {
    let typed = words;
    for (const retype of all) typed = retype(typed);
    return typed;
  });
};

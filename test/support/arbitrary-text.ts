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

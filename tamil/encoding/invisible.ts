/** Characters without width that Tamil text may hold, by what they do in it. */
const JOINERS = new Set([0x200b, 0x200c, 0x200d, 0x2060]);
/** A soft hyphen says where a word may be broken; a byte order mark begins a file. */
const HARMLESS = new Set([0xad, 0xfeff]);

export const isInvisible = (code: number): boolean => JOINERS.has(code) || HARMLESS.has(code);

/** Characters that do nothing in a word. Behind a pulli U+200C does: it keeps two letters from becoming one (க்‌ஷ). */
export const isJoiner = (code: number): boolean => JOINERS.has(code);

const PULLI = '\u0bcd';
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
const SEPARATOR = /(?<=\u0bcd)\u200c(?=ஷ)/;
const STRAY_JOINER = /(?<!\u0bcd)[\u200b-\u200d\u2060]/;

/** A word without its invisible characters, the one in க்‌ஷ excepted. */
export const withoutInvisible = (word: string): string =>
  word.replace(INVISIBLE, (found, at: number) =>
    found === '\u200c' && word[at - 1] === PULLI && SEPARATOR.test(word.slice(at - 1, at + 2)) ? found : '',
  );

/** Whether a joiner stands in a word where it joins and separates nothing. */
export const hasStrayJoiner = (word: string): boolean => STRAY_JOINER.test(word);

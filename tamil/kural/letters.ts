const SIGNS = new Map([...'ஆஇஈஉஊஎஏஐஒஓஔ'].map((vowel, i) => [vowel, 'ாிீுூெேைொோௌ'[i] ?? '']));

/** A word's end and the beginning of the next one, where ம் stands for the nasal that editions write before it. */
const NASAL = /[ஙஞந]்(?=[கசத])/g;
const DROPPED_NASAL = /ம்(?=[நம])/g;
const HARDENED: readonly (readonly [RegExp, string])[] = [
  [/ல்(?=[கசதப])/g, 'ற்'],
  [/ள்(?=[கசதப])/g, 'ட்'],
];
const GLIDE = /([க-ஹ][ிீெேை])([அ-ஔ])/gu;
const ELIDED = /ு(?=[அ-ஔ])/gu;
const JOINED = /்([அ-ஔ])/gu;
const DOUBLED_AT_END = /([கசதப])்$/u;

/**
 * The letters of a verse as they are compared: editions join or divide words differently and write the joint accordingly (யாழ் இனிது,
 * யாழினிது; சொல்லாது இருக்க, சொல்லா திருக்க; விழுப்பம் தரலான், விழுப்பந் தரலான்), which is no other reading.
 */
export const comparable = (text: string): string =>
  HARDENED.reduce(
    (letters, [from, to]) => letters.replace(from, to),
    text
      .normalize('NFC')
      .replace(/[^\u0b80-\u0bff]/g, '')
      .replace(GLIDE, '$1ய்$2')
      .replace(ELIDED, '்')
      .replace(JOINED, (_, vowel: string) => SIGNS.get(vowel) ?? '')
      .replace(NASAL, 'ம்')
      .replace(DROPPED_NASAL, ''),
  );

/** The same with every consonant that is doubled only where two words meet counted once: கசடறக் கற்பவை, கசடற கற்பவை. */
export const withoutDoubling = (words: readonly string[]): string =>
  comparable(
    words
      .map((word, at) =>
        DOUBLED_AT_END.exec(word)?.[1] === words[at + 1]?.[0] && at + 1 < words.length
          ? word.slice(0, -2)
          : word,
      )
      .join(''),
  );

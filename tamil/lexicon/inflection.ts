import { PULLI_SIGN } from '../text/letters.ts';

/** After a noun's last consonant: its pulli, or a case ending and particles. மின்னல் is not in மின்னழுத்தம். */
const AFTER_CONSONANT =
  /^(?:்(?:$|[கசதபமந])|ை(?:$|[கசதப]்|ய[ுேோா])|து|ி(?:ற்|ல்(?!ல)|லி|லு|லே|ன்|னு|னா|னை|னி|டம்|டமி|டமு)|ு(?:க்|ள்|ம்|ட|$)|ா(?:க|ன|ல்|லு|லே|ய்|வ|$)|ே|ோ(?:டு|ர))/u;
const AFTER_M = /^(?:்(?:$|தா|கூ|போ|வரை)|ா(?:க|ன|ய்|வ|யி|கி)|ு[்ம]|ே|ி(?:ல(?!்ல)|ன))/u;
/** After the short உ that a vowel takes the place of: குறைவு, குறைவாக. */
const AFTER_U = /^(?:ை(?:$|[கசதப]்|ய[ுேோா])|ா(?:க|ன|ல்|லு|ய்|வ|ம்)|ி(?:ல்(?!ல)|லி|லு|லே|ன்|னு|னா|னை|ற்)|ே|ோ(?:டு|ர))/u;
/** After a vowel no case ending begins with another vowel: பேரணி takes பேரணியிடம், and பேரனிடம் is பேரன். */
const AFTER_SIGN = /^(?!ல்|லி|லு|டம்|டமி|டமு|ன்$|னால்)/u;
/** A participle and its persons; no other consonant, and no pulli: சாப்ட is not in சாப்ட்வேர். */
const AFTER_PARTICIPLE = /^(?!்|ிய|லை|ளை|றி|யிறு)/u;
/** A consonant with its inherent vowel is another letter than the same with a pulli. */
const AFTER_BARE = /^(?!்)/u;
const ANYTHING = /^/u;

/** Three letters at least: the உ of a word of two does not always give way. */
const SHORT_U = /.{2}[க-ஹ]ு$/u;

/** The beginning that all forms of a word share, and what may follow it. */
export interface Stem {
  readonly beginning: string;
  readonly follows: RegExp;
}

/**
 * How the forms of a word begin: a noun in -ம் with its oblique -த்து and plural -ங்கள், a word in any other consonant with what its final
 * pulli turns into, a word in a short உ also with what takes its place, any other word with what may follow it.
 */
export const stemsOf = (word: string): readonly Stem[] => {
  if (word.endsWith('ம்')) {
    const beginning = word.slice(0, -2);
    return [
      { beginning: `${beginning}ம`, follows: AFTER_M },
      { beginning: `${beginning}த்`, follows: /^த/u },
      { beginning: `${beginning}ங்`, follows: /^க[ளல]/u },
    ];
  }
  if (word.endsWith(PULLI_SIGN)) return [{ beginning: word.slice(0, -1), follows: AFTER_CONSONANT }];
  const whole = { beginning: word, follows: followsOf(word) };
  return SHORT_U.test(word) ? [whole, { beginning: word.slice(0, -1), follows: AFTER_U }] : [whole];
};

/** What may follow a word that stands whole in its forms. */
export const followsOf = (word: string): RegExp => {
  if (/ி$/u.test(word)) return AFTER_SIGN;
  if (/[தடற]$/u.test(word)) return AFTER_PARTICIPLE;
  return /[க-ஹ]$/u.test(word) ? AFTER_BARE : ANYTHING;
};

import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Nouns, names and commands that end like a participle of the same sound. */
const NOT_PARTICIPLE = wordList(`
  வித்து பித்து சித்து மித்து இத்து
`);

/** Words in -த்து, -ட்டு, -ற்று: participles double; nouns as subjects do not, so only forms that are no noun are listed. */
export const HARD_U: readonly SandhiRule[] = [
  sandhi('hard-u-participle', 'high', {
    reason: 'வன்தொடர்க் குற்றியலுகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {
      words: wordList(`
        எடுத்து கொடுத்து அடுத்து தடுத்து தொடுத்து விடுத்து படுத்து உடுத்து மடுத்து மறுத்து பொறுத்து அறுத்து
        வெறுத்து ஒறுத்து நகைத்து பகுத்து தொகுத்து வகுத்து கொழுத்து பழுத்து கேட்டு விட்டு போட்டு பெற்று கற்று
        விற்று ஏற்று தோற்று இட்டு கோத்து பூத்து மூத்து அடித்து படித்து பிடித்து குடித்து நடித்து முடித்து
        துடித்து வெடித்து கடித்து ஒலித்து காத்து பாதுகாத்து இழுத்து கெட்டு வரவேற்று உற்று அழைத்து நட்டு தொட்டு சுட்டு
      `),
      endings: wordList(`
        ித்து ைத்து ர்த்து ய்த்து ெடுத்து ொடுத்து டடுத்து ப்பட்டு கப்பட்டு ழ்பட்டு விட்டு யிட்டு மிட்டு ப்பிட்டு க்கெட்டு
        ப்பெற்று மேற்று ரவேற்று யுற்று
      `),
      except: NOT_PARTICIPLE,
    },
  }),
  sandhi('oblique', 'high', {
    reason: 'டு, று இரட்டித்து ட்டு, ற்று என நிற்கும் பெயரடைக்குப் பின் வல்லினம் மிகும்',
    source: 'நன்னூல் 183; நன்னூல் 165',
    word: {
      words: wordList(`
        வீட்டு ஆற்று சோற்று கிணற்று கயிற்று வயிற்று நாட்டு
      `),
      endings: wordList(`
        நாட்டு வீட்டு லாற்று காலத்து மரத்து நிலத்து இடத்து புறத்து பண்பாட்டு கட்டுப்பாட்டு மேம்பாட்டு
        செயல்பாட்டு செயற்பாட்டு வழிபாட்டு வேறுபாட்டு நிலைப்பாட்டு வெளிப்பாட்டு
      `),
    },
  }),
];

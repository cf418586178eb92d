import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

const REASON = 'இரண்டாம் வேற்றுமை உருபு ‘ஐ’ வெளிப்படையாக வரும்போது அதன்பின் வல்லினம் மிகும்';
const SOURCE = `${NANNOOL_165}; ${DOUBLING_CHAPTER}`;

/** Nouns whose own ending looks like a noun with ஐ. They stand in the nominative too, where nothing doubles. */
const NOMINATIVES = wordList(`
  மெத்தை வித்தை நத்தை தத்தை சொத்தை கத்தை மொத்தை லத்தை சித்தை கொத்தை அத்தை ஊத்தை யானை பானை பூனை சேனை
  தானை மனை முனை சுனை பனை வினை தினை தரை கரை நரை பாவை நாவை சாவை மாயை சாயை ஜாயை வதை பதை களை தலை பாலை
  சாட்டை வாட்டை காட்டை தாட்டை சேட்டை பாட்டை
`);

/** The same, also as the last part of a compound. */
const NOMINATIVE_ENDS = wordList(`
  வார்த்தை சிறுத்தை தேவதை எத்தனை அத்தனை இத்தனை தண்டனை சாதனை சோதனை வேதனை போதனை நிபந்தனை நிந்தனை சிந்தனை ர்த்தனை ராதனை
  கற்பனை விற்பனை ஒப்பனை பாவனை யானை சித்திரவதை திருப்பாவை வெம்பாவை பெரியத்தை சின்னத்தை நிலக்கரை
`);

/** The second case, where the noun's form alone tells that ஐ is a case ending. */
export const ACCUSATIVE: readonly SandhiRule[] = [
  sandhi('accusative', 'certain', {
    reason: REASON,
    source: SOURCE,
    word: {
      words: wordList(`
        என்னை உன்னை தன்னை நம்மை தம்மை எம்மை உம்மை யாரை எதை அதை இதை மக்களை
      `),
      endings: wordList(`
        த்தை களை ங்களை வற்றை ையை ியை
      `),
      except: NOMINATIVES,
      exceptEndings: NOMINATIVE_ENDS,
    },
  }),
  sandhi('accusative-person', 'high', {
    reason: REASON,
    source: SOURCE,
    word: {
      words: wordList(`
        அவரை இவரை எவரை ஒருவரை இருவரை மூவரை தலைவரை முதல்வரை மாணவரை சிறுவரை புலவரை அவளை இவளை எவளை மகளை
        ஒருத்தியை கடவுளை இறைவனை பொருளை தாயை நாயை வாயை காயை
      `),
      endings: wordList(`
        வனை கனை ஞனை னனை ரனை ளனை லனை பனை டனை தனை யனை யரை ஞரை ளரை லரை ழரை னரை
      `),
      except: NOMINATIVES,
      exceptEndings: NOMINATIVE_ENDS,
    },
  }),
  sandhi('accusative-noun', 'high', {
    reason: REASON,
    source: SOURCE,
    word: {
      words: wordList(`
        கதவை உணவை செலவை அறிவை முடிவை நிகழ்வை வாழ்வை உறவை இரவை கனவை வரவை குறைவை உயர்வை தேர்வை ஆய்வை அழிவை
        பிரிவை தெளிவை நினைவை பதிவை விளைவை உணர்வை வீட்டை நாட்டை காட்டை மாட்டை பாட்டை ஏட்டை ஆற்றை காற்றை
        சோற்றை கிணற்றை வயிற்றை பாடலை உரையாடலை செயலை தொழிலை தேர்தலை சூழலை இயலை வாழ்த்தை நூலை சொல்லை கண்ணை
        மண்ணை விண்ணை பொன்னை மீனை பயனை தமிழை பெயரை ஊரை பேரை நீரை உயிரை பயிரை மலரை நகரை வேரை படத்தை
      `),
      endings: wordList(`
        ியலை ாட்டை லாற்றை யிற்றை ாவை மொழியை
      `),
      except: NOMINATIVES,
      exceptEndings: NOMINATIVE_ENDS,
    },
  }),
  sandhi('accusative-verbal', 'high', {
    reason: 'தொழிற்பெயரோடு இரண்டாம் வேற்றுமை உருபு ‘ஐ’ வரும்போது அதன்பின் வல்லினம் மிகும்',
    source: SOURCE,
    word: {
      endings: wordList(`
      பதை வதை ததை டதை றதை னதை யதை ள்ளதை ல்லதை
    `),
      except: NOMINATIVES,
      exceptEndings: NOMINATIVE_ENDS,
    },
  }),
];

import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Nouns and verb roots in -உக்கு that only look like a dative. Those in -ஆக்கு, -அக்கு and the like never match. */
const NOT_DATIVE = wordList(`
  அழுக்கு இழுக்கு ஒழுக்கு வழுக்கு ஒடுக்கு இடுக்கு மிடுக்கு முடுக்கு அடுக்கு கொடுக்கு திடுக்கு வெடுக்கு
  துணுக்கு இணுக்கு கிறுக்கு முறுக்கு நறுக்கு சறுக்கு பெருக்கு சுருக்கு செருக்கு நெருக்கு உருக்கு
  எருக்கு முருக்கு இருக்கு பதுக்கு ஒதுக்கு செதுக்கு பிதுக்கு மினுக்கு தளுக்கு சுளுக்கு குலுக்கு
  உலுக்கு அலுக்கு சிலுக்கு அமுக்கு பொசுக்கு நசுக்கு பிசுக்கு தாலுக்கு மேற்கு தெற்கு
`);

/** The fourth case, -க்கு and -ற்கு. Edited prose doubles 95–97 times in 100; novels far less, so it is grammar, not spelling. */
export const DATIVE: readonly SandhiRule[] = [
  sandhi('dative', 'certain', {
    reason: 'நான்காம் வேற்றுமை உருபு ‘கு’ வெளிப்படையாக வரும்போது அதன்பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        எனக்கு உனக்கு தனக்கு நமக்கு தமக்கு எமக்கு உமக்கு நுமக்கு
      `),
      endings: wordList(`
        ுக்கு ைக்கு ிக்கு ீக்கு ர்க்கு ய்க்கு ழ்க்கு ற்கு ட்கு
      `),
      except: ['சிக்கு', 'திக்கு', 'விக்கு', 'பிக்கு', 'இக்கு'],
      exceptEndings: NOT_DATIVE,
    },
  }),
];

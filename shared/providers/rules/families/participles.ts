import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

/**
 * Participles in -இ that are no noun. உதவி, பணி, நம்பி, கட்டி, ஆடி, நாடி, எதிரி and the like are both, and stay out.
 * The same verbs give the relative participles in -இய after which nothing doubles.
 */
export const I_PARTICIPLES = wordList(`
  ஓடி கூறி பேசி எழுதி வாங்கி தேடி பாடி கூடி மாறி ஏறி இறங்கி தூக்கி நோக்கி காட்டி சுற்றி திரும்பி
  எழும்பி விரும்பி அனுப்பி நிரப்பி பரப்பி எழுப்பி தொடங்கி உருவாகி தயங்கி அடங்கி வணங்கி நெருங்கி விலகி
  பழகி உருகி கருகி தாண்டி சீறி மீறி தவறி கதறி நழுவி தழுவி தடவி விரட்டி மாற்றி ஏற்றி போற்றி நீக்கி
  தாக்கி ஆக்கி உருவாக்கி அடக்கி ஒதுக்கி பெருக்கி சுருக்கி விளக்கி கருதி எண்ணி பண்ணி உண்டாக்கி வெட்டி
  பூட்டி கூட்டி சூட்டி தீட்டி நீட்டி திட்டி சொல்லி துள்ளி தள்ளி அள்ளி கிள்ளி ஓட்டி ஊட்டி மூடி தாவி
  குலுங்கி பொங்கி மயங்கி கலங்கி விளங்கி முழங்கி முடங்கி பதுங்கி ஒதுங்கி தூங்கி ஏங்கி நீங்கி தங்கி மேவி
  ஆற்றி நிறைவேற்றி காப்பாற்றி வெளியேறி முன்னேறி குடியேறி பயன்படுத்தி உணர்த்தி நிறுத்தி அழுத்தி வருத்தி
  திருத்தி பொருத்தி நடத்தி உயர்த்தி வளர்த்தி கலக்கி முழக்கி பின்பற்றி கைப்பற்றி
`);

/** Infinitives in -அ that are no noun and no adjective. Those in -க்க are matched by their ending. */
const INFINITIVES = wordList(`
  வர போக செய்ய சொல்ல பேச பாட ஓட தர பெற காண உண்ண எழுத வாழ கூற தேட அறிய அடைய விளையாட சாப்பிட கொண்டாட
  கொள்ள வெல்ல செல்ல உதவ வெளியிட பாராட்ட காட்ட மாற்ற தொடங்க வாங்க இறங்க வணங்க விளங்க தூங்க நெருங்க எண்ண
  பண்ண உருவாக்க போற்ற காப்பாற்ற எழ விழ தொட பயன்படுத்த நடத்த உயர்த்த நிறுத்த திருத்த புரிய தெரிய உணர
  தொடர நுழைய
`);

export const PARTICIPLES: readonly SandhiRule[] = [
  sandhi('infinitive', 'medium', {
    reason: 'அகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: INFINITIVES,
      endings: wordList(`
        ிக்க ுக்க ைக்க டக்க றக்க ர்க்க ட்க ற்க
      `),
      except: ['தக்க', 'மிக்க'],
      exceptEndings: ['த்தக்க'],
    },
  }),
  sandhi('i-participle', 'medium', {
    reason: 'இகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: ['ஆகி', ...I_PARTICIPLES],
      endings: ['ப்படுத்தி', 'யாகி', 'மாகி', 'ுத்தி'],
      exceptEndings: ['புத்தி', 'சுத்தி', 'யுத்தி'],
    },
  }),
  sandhi('negative-participle', 'medium', {
    reason: 'ஈறு கெட்ட எதிர்மறைப் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {
      words: wordList(`
        அறியா காணா தீரா ஓடா மாறா அழியா குறையா சொல்லா செல்லா பாடா உண்ணா எண்ணா மறவா அடங்கா கேளா
        பேசா
      `),
    },
    next: {
      endings: wordList(`
        கள் ம் ன் டு சு ழ் லி தி சி ளி பு கை மை ணை லை ரை வை கு
      `),
    },
    notNext: { endings: ['ான்', 'ேன்', 'ும்', 'டு'] },
  }),
];

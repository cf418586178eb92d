import { wordList } from '../ending.ts';
import { I_PARTICIPLES } from './participles.ts';
import {
  NANNOOL_167,
  NANNOOL_179,
  NANNOOL_181,
  NOT_DOUBLING_CHAPTER,
  type SandhiRule,
  sandhi,
} from './sandhi-rule.ts';

/** After these nothing doubles: a க், ச், த் or ப் written there has to go. */
export const NEVER_DOUBLE: readonly SandhiRule[] = [
  sandhi('never-pronoun', 'certain', {
    reason: 'அது, இது, எது, அவை போன்ற சுட்டு, வினாப் பெயர்களுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_179}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        அது இது எது உது யாது ஏது அவை இவை எவை யாவை அஃது இஃது நீ தாமே நாமே
      `),
    },
  }),
  sandhi('never-time', 'certain', {
    reason: 'அன்று, இன்று, என்று போன்ற மென்தொடர்க் குற்றியலுகரச் சொற்களுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_181}; ${NOT_DOUBLING_CHAPTER}`,
    word: { words: ['அன்று', 'இன்று', 'என்று', 'ஒன்று'] },
  }),
  sandhi('never-measure', 'high', {
    reason: 'அவ்வளவு, அவ்வாறு, எத்தனை போன்ற அளவுச் சொற்களுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
    word: {
      words: wordList(`
      அவ்வளவு இவ்வளவு எவ்வளவு அவ்வாறு இவ்வாறு எவ்வாறு அத்தனை இத்தனை எத்தனை
    `),
    },
  }),
  sandhi('never-number', 'certain', {
    reason: 'எட்டு, பத்து தவிர்ந்த எண்ணுப் பெயர்களுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_179}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        ஒரு இரு அறு எழு இரண்டு மூன்று நான்கு ஐந்து ஆறு ஏழு ஒன்பது நூறு முந்நூறு நானூறு ஐந்நூறு
      `),
    },
  }),
  sandhi('never-adjective', 'certain', {
    reason: 'நல்ல, பெரிய, பல போன்ற குறிப்புப் பெயரெச்சங்களுக்கும் பன்மைச் சொற்களுக்கும் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        நல்ல பல சில பெரிய சிறிய புதிய பழைய அரிய இனிய உரிய எளிய கொடிய நெடிய தீய தூய முதிய கரிய வலிய உயரிய
        சீரிய அழகிய பொடிய மெல்லிய கூரிய ஆகிய இத்தகைய அத்தகைய எத்தகைய இன்றைய அன்றைய நேற்றைய நாளைய தற்போதைய
        முந்தைய பிந்தைய பண்டைய உள்ள அல்ல போன்ற கெட்ட
      `),
      endings: ['த்தக்க', 'த்தகுந்த', 'ுள்ள', 'ிலுள்ள'],
    },
  }),
  sandhi('never-genitive', 'high', {
    reason: 'மூன்றாம் வேற்றுமை உருபு ‘ஒடு, ஓடு’, ஆறாம் வேற்றுமை உருபு ‘அது, உடைய’ ஆகியவற்றுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_179}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        எனது உனது தனது நமது தமது எமது உமது அவனது அவளது அவரது எனாது நினது
      `),
      endings: wordList(`
        ுடைய னோடு ரோடு ளோடு யோடு த்தோடு வோடு லோடு னொடு ரொடு ளொடு யொடு களது
      `),
      except: ['ஈரோடு'],
    },
  }),
  sandhi('never-soft-participle', 'high', {
    reason: 'மென்தொடர், இடைத்தொடர்க் குற்றியலுகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_181}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        வந்து தந்து இருந்து நடந்து கடந்து பறந்து திறந்து பிறந்து இறந்து மறந்து கலந்து எழுந்து விழுந்து
        அழுந்து கொண்டு கண்டு உண்டு சென்று நின்று வென்று கொன்று தின்று செய்து பெய்து நெய்து அழுது உழுது
        தொழுது பொருது
      `),
      endings: wordList(`
        ைந்து ர்ந்து ழ்ந்து ரிந்து ழிந்து டிந்து றிந்து னிந்து லிந்து ிருந்து க்கொண்டு துகொண்டு ுவந்து
      `),
      exceptEndings: ['விருந்து'],
    },
  }),
  sandhi('never-negative', 'certain', {
    reason: '‘ஆத’ என முடியும் எதிர்மறைப் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
        இல்லாத அல்லாத வராத தராத பெறாத படாத
      `),
      endings: wordList(`
        ல்லாத ள்ளாத யாத காத றாத டாத ணாத ழாத ண்ணாத சாத
      `),
      except: ['சாத'],
      exceptEndings: ['பிரசாத'],
    },
  }),
  sandhi('never-relative', 'high', {
    reason: 'அகரத்தில் முடியும் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      words: [
        ...wordList(`
          வந்த தந்த இருந்த நடந்த கடந்த பறந்த திறந்த பிறந்த இறந்த மறந்த கலந்த எழுந்த விழுந்த
        `),
        ...wordList(`
          மிகுந்த சிறந்த பரந்த விரைந்த கொண்ட உண்ட சென்ற என்ற நின்ற வென்ற கொன்ற செய்த பெய்த
        `),
        ...wordList(`
          எடுத்த கொடுத்த படித்த நடித்த குடித்த அடித்த பிடித்த முடித்த பார்த்த சேர்த்த வைத்த அடுத்த
        `),
        ...wordList(`
          கேட்ட விட்ட போட்ட பெற்ற கற்ற அற்ற சொன்ன போன ஆன அழுத தொழுத என்னும்
        `),
        ...I_PARTICIPLES.map((participle) => `${participle}ய`),
      ],
      endings: wordList(`
        கின்ற கிற ர்ந்த ழ்ந்த ைந்த ிருந்த ப்பட்ட மற்ற ப்பெற்ற யடைந்த வந்த ுகொண்ட க்கொண்ட
      `),
      exceptEndings: ['வசந்த'],
    },
  }),
  sandhi('never-aana', 'medium', {
    reason: '‘ஆன’ என முடியும் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
    word: {
      endings: wordList(`
        மான கான தான யான ரான வான டான
      `),
      except: ['மான', 'கான', 'தான', 'வான', 'யான', 'டான'],
      exceptEndings: wordList(`
        விமான வருமான தன்மான அவமான அபிமான தீர்மான சன்மான உபமான அனுமான பரிமான நிதான மைதான பிரதான சந்தான
        தியான வியாக்கியான பகவான சமாதான அன்னதான இரத்ததான ஞான விதான
      `),
    },
  }),
  sandhi('never-optative', 'certain', {
    reason: 'வியங்கோள் வினைமுற்றுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; நன்னூல் 168`,
    word: {
      words: wordList(`
        வாழ்க வருக வெல்க ஒழிக வளர்க செய்க தருக வாழிய வாழியர் வாழி எழுதுக கூறுக காண்க ஓங்குக
      `),
    },
  }),
  sandhi('never-padi', 'medium', {
    reason: 'பெயரெச்சத்தோடு சேர்ந்த ‘படி’ என்னும் சொல்லுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
    word: {
      endings: wordList(`
      ும்படி ியபடி ந்தபடி த்தபடி ட்டபடி ன்னபடி ாதபடி கிறபடி ண்டபடி
    `),
    },
  }),
  sandhi('never-place', 'high', {
    reason: 'ஏகாரத்தில் முடியும் இடைச்சொல்லுக்கும் விளிப்பெயருக்கும் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
    word: {
      words: wordList(`
        இங்கே அங்கே எங்கே மேலே கீழே உள்ளே வெளியே முன்னே பின்னே உடனே மட்டுமே தானே நடுவே எனவே ஆகவே இடையே
      `),
    },
  }),
  sandhi('never-person', 'high', {
    reason: 'ர், ன், ள் என முடியும் உயர்திணைப் பெயருக்குப் பின் வல்லினம் மிகாது',
    source: 'நன்னூல் 159',
    word: {
      words: ['மகளிர்', 'அவர்', 'இவர்', 'எவர்'],
      endings: wordList(`
        சிரியர் ணவர் லவர் ளர் ஞர் ியோர் ன்னர் யான் வான் வன் அவள் வர்கள்
      `),
    },
  }),
];

import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

const ACCUSATIVE = 'இரண்டாம் வேற்றுமை உருபு ‘ஐ’ வெளிப்படையாக வரும்போது அதன்பின் வல்லினம் மிகும்';
const SECOND_CASE = `${NANNOOL_165}; ${DOUBLING_CHAPTER}`;

/** After which words க ச த ப double. The first rule that fits a word speaks for it. */
export const DOUBLING: readonly SandhiRule[] = [
  sandhi('demonstrative', 'certain', {
    reason: 'அந்த, இந்த, எந்த என்னும் சுட்டு, வினாத் திரிபுகளுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('manner', 'certain', {
    reason: 'அப்படி, இப்படி, எப்படி என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('kind', 'high', {
    reason: 'அவ்வகை, இவ்வகை, எவ்வகை என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: NANNOOL_165,
  }),
  sandhi('extent', 'high', {
    reason: 'அத்துணை, இத்துணை, எத்துணை என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: NANNOOL_165,
  }),
  sandhi('place', 'high', {
    reason: 'ஆங்கு, ஈங்கு, யாங்கு, ஆண்டு, ஈண்டு என்னும் பழைய இடச்சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: 'தொல்காப்பியம், எழுத்ததிகாரம், குற்றியலுகரப் புணரியல்',
  }),
  sandhi('pointing-letter', 'medium', {
    reason: 'அ, இ, எ என்னும் சுட்டு, வினா எழுத்துகளுக்குப் பின் வல்லினம் மிகும்',
    source: 'நன்னூல், உயிரீற்றுப் புணரியல்: சுட்டு, வினா; நன்னூல் 165',
  }),
  sandhi('degree', 'certain', {
    reason: 'மிக, எல்லா, அனைத்து என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('quotative', 'certain', {
    reason: '‘என’ என்னும் இடைச்சொல்லுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('comparison', 'high', {
    reason: 'போல, விட, கூட, தவிர, ஏற்ப என்னும் இடைச்சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('adverb', 'high', {
    reason: 'அகரத்தில் முடியும் குறிப்பு வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('about', 'high', {
    reason: '‘பற்றி’ என்னும் சொல்லுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('without', 'high', {
    reason: 'இன்றி, அன்றி, இனி என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('aaka', 'certain', {
    reason: '‘ஆக’ என முடியும் வினையடைக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    sureEndings: true,
  }),
  sandhi('aay', 'medium', {
    reason: '‘ஆய்’ என முடியும் வினையடைக்கும் ‘போய்’ என்னும் வினையெச்சத்துக்கும் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('dative', 'certain', {
    reason: 'நான்காம் வேற்றுமை உருபு ‘கு’ வெளிப்படையாக வரும்போது அதன்பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    sureEndings: true,
  }),
  sandhi('accusative', 'certain', { reason: ACCUSATIVE, source: SECOND_CASE, sureEndings: true }),
  sandhi('accusative-glide', 'high', { reason: ACCUSATIVE, source: SECOND_CASE }),
  sandhi('accusative-person', 'high', { reason: ACCUSATIVE, source: SECOND_CASE }),
  sandhi('accusative-noun', 'high', { reason: ACCUSATIVE, source: SECOND_CASE }),
  sandhi('accusative-in', 'high', {
    reason: '‘இன்’ சாரியையோடு இரண்டாம் வேற்றுமை உருபு ‘ஐ’ வரும்போது அதன்பின் வல்லினம் மிகும்',
    source: SECOND_CASE,
  }),
  sandhi('accusative-verbal', 'high', {
    reason: 'தொழிற்பெயரோடு இரண்டாம் வேற்றுமை உருபு ‘ஐ’ வரும்போது அதன்பின் வல்லினம் மிகும்',
    source: SECOND_CASE,
  }),
  sandhi('accusative-object', 'high', { reason: ACCUSATIVE, source: SECOND_CASE }),
  sandhi('hard-u-participle', 'high', {
    reason: 'வன்தொடர்க் குற்றியலுகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('oblique', 'high', {
    reason: 'டு, று இரட்டித்து ட்டு, ற்று என நிற்கும் பெயரடைக்குப் பின் வல்லினம் மிகும்',
    source: 'நன்னூல், உயிரீற்றுப் புணரியல்: குற்றியலுகரம்; நன்னூல் 165',
  }),
  sandhi('infinitive', 'medium', {
    reason: 'அகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    sureEndings: true,
  }),
  sandhi('i-participle', 'medium', {
    reason: 'இகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('i-participle-object', 'medium', {
    reason: 'இகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
  }),
  sandhi('infinitive-verb', 'high', {
    reason:
      'கூடாது, கூடும், செய்தான், தொடங்கினான் போன்ற துணைவினைகளுக்கு முன் வரும் அகர ஈற்று வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    contextual: true,
    bareEnding: true,
  }),
  sandhi('negative-participle', 'medium', {
    reason: 'ஈறு கெட்ட எதிர்மறைப் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('quality', 'high', {
    reason: 'புது, பொது, முழு, தனி, அரை, பாதி போன்ற அடைமொழிகளுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('direction', 'high', {
    reason: 'திசைப் பெயர் பெயரடையாக நிற்கும்போது அதன்பின் வல்லினம் மிகும்',
    source: `நன்னூல், உயிரீற்றுப் புணரியல்: திசைப் பெயர்; ${NANNOOL_165}`,
  }),
  sandhi('colour', 'medium', {
    reason: 'பண்பைச் சுட்டும் பெயர் பெயரடையாக நிற்கும்போது அதன்பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('small', 'medium', {
    reason: '‘சின்ன’ என்னும் பெயரடைக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('special', 'medium', {
    reason: 'பெயரடையாக நிற்கும் ‘சிறப்பு’ என்னும் சொல்லுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('life', 'medium', {
    reason: 'பெயரடையாக நிற்கும் ‘வாழ்க்கை, இயற்கை’ என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('noun-in-m', 'medium', {
    reason: '‘ம்’ கெட்டு அடையாக நிற்கும் பெயருக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
  sandhi('compound', 'medium', {
    reason: 'உருபு மறைந்து வரும் வேற்றுமைத் தொகையில் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
  }),
];

import { readWords } from '../../words/lists.ts';
import {
  NANNOOL_167,
  NANNOOL_SHORT_U,
  NANNOOL_VOWELS,
  NOT_DOUBLING_CHAPTER,
  type SandhiRule,
  sandhi,
} from './sandhi-rule.ts';

/** The verbs whose participle in -இ is no noun give a relative participle in -இய. */
const I_PARTICIPLES = [
  ...readWords('sandhi/i-participle'),
  ...readWords('sandhi/i-participle-object'),
].filter((entry) => !/^[-!]/.test(entry));

/** After which words nothing doubles: a க், ச், த் or ப் written there has to go. The first rule that fits a word speaks for it. */
export const NEVER_DOUBLING: readonly SandhiRule[] = [
  sandhi('never-pronoun', 'certain', {
    reason: 'அது, இது, எது, அவை போன்ற சுட்டு, வினாப் பெயர்களுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_VOWELS}; ${NOT_DOUBLING_CHAPTER}`,
  }),
  sandhi('never-time', 'certain', {
    reason: 'அன்று, என்று, பிறகு, மீது, போது போன்ற சொற்களுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_SHORT_U}; ${NOT_DOUBLING_CHAPTER}`,
    sureEndings: true,
  }),
  sandhi('never-measure', 'high', {
    reason: 'அவ்வளவு, அவ்வாறு, எத்தனை போன்ற அளவுச் சொற்களுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-number', 'certain', {
    reason: 'எட்டு, பத்து தவிர்ந்த எண்ணுப் பெயர்களுக்கும் ‘வேறு’ என்னும் சொல்லுக்கும் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_VOWELS}; ${NOT_DOUBLING_CHAPTER}`,
  }),
  sandhi('never-adjective', 'certain', {
    reason: 'நல்ல, பெரிய, பல போன்ற குறிப்புப் பெயரெச்சங்களுக்கும் பன்மைச் சொற்களுக்கும் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
  }),
  sandhi('never-genitive', 'high', {
    reason: 'மூன்றாம் வேற்றுமை உருபு ‘ஒடு, ஓடு’, ஆறாம் வேற்றுமை உருபு ‘அது, உடைய’ ஆகியவற்றுக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_VOWELS}; ${NOT_DOUBLING_CHAPTER}`,
    sureEndings: true,
  }),
  sandhi('never-verbal-noun', 'high', {
    reason: '‘து’ என முடியும் தொழிற்பெயருக்கும் வினைமுற்றுக்கும் எதிர்மறை வினையெச்சத்துக்கும் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
    sureEndings: true,
  }),
  sandhi('never-optative', 'certain', {
    reason: 'வியங்கோள் வினைமுற்றுக்குப் பின் வல்லினம் மிகாது',
    source: NANNOOL_167,
  }),
  sandhi('never-place', 'high', {
    reason: 'ஏகாரத்தில் முடியும் இடைச்சொல்லுக்கும் விளிப்பெயருக்கும் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-question', 'high', {
    reason: 'ஆ, ஓ என்னும் வினா எழுத்துகளுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-command', 'high', {
    reason: 'ஏவல் வினைமுற்றுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-vocative', 'high', {
    reason: 'விளித் தொடரில் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-subject', 'high', {
    reason: 'எழுவாய்த் தொடரில் பெயருக்கும் வினைமுற்றுக்கும் இடையில் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-person', 'high', {
    reason: 'ர், ன், ள் என முடியும் உயர்திணைப் பெயருக்குப் பின் வல்லினம் மிகாது',
    source: 'நன்னூல், எழுத்ததிகாரம்: உயர்திணைப் பெயர்',
  }),
  sandhi('never-soft-participle', 'high', {
    reason: 'மென்தொடர், இடைத்தொடர்க் குற்றியலுகரத்தில் முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_SHORT_U}; ${NOT_DOUBLING_CHAPTER}`,
    sureEndings: true,
  }),
  sandhi('never-negative', 'high', {
    reason: '‘ஆத’ என முடியும் எதிர்மறைப் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
    sureEndings: true,
  }),
  sandhi('never-relative', 'high', {
    reason: 'அகரத்தில் முடியும் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
    words: I_PARTICIPLES.map((participle) => `${participle}ய`),
  }),
  sandhi('never-aana', 'medium', {
    reason: '‘ஆன’ என முடியும் பெயரெச்சத்துக்குப் பின் வல்லினம் மிகாது',
    source: `${NANNOOL_167}; ${NOT_DOUBLING_CHAPTER}`,
  }),
  sandhi('never-finite', 'high', {
    reason: 'வினைமுற்றுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
    sureEndings: true,
  }),
  sandhi('never-padi', 'medium', {
    reason: 'பெயரெச்சத்தோடு சேர்ந்த ‘படி’ என்னும் சொல்லுக்குப் பின் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-pair', 'high', {
    reason: 'இரு பெயர்கள் இணையாக நிற்கும் உம்மைத் தொகையில் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
  }),
  sandhi('never-verb-root', 'high', {
    reason: 'காலம் காட்டாத வினைத்தொகையில் வல்லினம் மிகாது',
    source: 'நன்னூல், உயிரீற்றுப் புணரியல்: வினைத்தொகை',
  }),
];

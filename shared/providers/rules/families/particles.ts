import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Single words after which the hard consonant doubles. `மற்ற` is left out: edited prose is divided on it. */
export const PARTICLES: readonly SandhiRule[] = [
  sandhi('degree', 'certain', {
    reason: 'மிக, எல்லா, அனைத்து என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: ['மிக', 'மிகமிக', 'எல்லா', 'அனைத்து'] },
  }),
  sandhi('quotative', 'certain', {
    reason: '‘என’ என்னும் இடைச்சொல்லுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: ['என'],
      endings: wordList(`
        தென னென ரென ளென லென டென யென மென கென றென வென சென பென
      `),
    },
  }),
  sandhi('comparison', 'high', {
    reason: 'போல, விட, கூட, தவிர, ஏற்ப என்னும் இடைச்சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {
      words: ['போல', 'விட', 'கூட', 'தவிர', 'ஏற்ப'],
      endings: wordList(`
        ைவிட ம்விட போல ைத்தவிர ன்கூட ர்கூட ள்கூட துகூட ல்கூட ம்கூட டகூட ளவுகூட ேகூட ைக்கூட ம்கூட கேற்ப
      `),
    },
  }),
  sandhi('adverb', 'high', {
    reason: 'அகரத்தில் முடியும் குறிப்பு வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
      மெல்ல மெள்ள மெல்லமெல்ல உரக்க நிறைய விரைய சால
    `),
    },
  }),
  sandhi('about', 'high', {
    reason: '‘பற்றி’ என்னும் சொல்லுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: { words: ['பற்றி'], endings: ['ைப்பற்றி', 'துபற்றி', 'ைபற்றி'] },
  }),
  sandhi('without', 'high', {
    reason: 'இன்றி, அன்றி, இனி என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: ['இன்றி', 'அன்றி', 'இனி'], endings: ['மின்றி', 'யின்றி', 'மன்றி', 'தன்றி', 'யன்றி'] },
  }),
];

import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** அந்த, அப்படி and their kin: the pointing and asking words after which the hard consonant doubles. */
export const DEMONSTRATIVES: readonly SandhiRule[] = [
  sandhi('demonstrative', 'certain', {
    reason: 'அந்த, இந்த, எந்த என்னும் சுட்டு, வினாத் திரிபுகளுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
      அந்த இந்த எந்த உந்த எந்தெந்த அந்தந்த இந்தந்த
    `),
    },
  }),
  sandhi('manner', 'certain', {
    reason: 'அப்படி, இப்படி, எப்படி என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: `${NANNOOL_165}; ${DOUBLING_CHAPTER}`,
    word: {
      words: wordList(`
      அப்படி இப்படி எப்படி உப்படி எப்படியெப்படி அப்படியிப்படி
    `),
    },
  }),
  sandhi('kind', 'high', {
    reason: 'அவ்வகை, இவ்வகை, எவ்வகை என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: NANNOOL_165,
    word: { words: ['அவ்வகை', 'இவ்வகை', 'எவ்வகை', 'பல்வகை'] },
  }),
  sandhi('extent', 'high', {
    reason: 'அத்துணை, இத்துணை, எத்துணை என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: NANNOOL_165,
    word: { words: ['அத்துணை', 'இத்துணை', 'எத்துணை'] },
  }),
  sandhi('place', 'high', {
    reason: 'ஆங்கு, ஈங்கு, யாங்கு, ஆண்டு, ஈண்டு என்னும் பழைய இடச்சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: 'தொல்காப்பியம், எழுத்ததிகாரம், குற்றியலுகரப் புணரியல்',
    word: { words: ['ஆங்கு', 'ஈங்கு', 'யாங்கு', 'ஈண்டு', 'யாண்டு'] },
  }),
  sandhi('pointing-letter', 'medium', {
    reason: 'அ, இ, எ என்னும் சுட்டு, வினா எழுத்துகளுக்குப் பின் வல்லினம் மிகும்',
    source: 'நன்னூல், உயிரீற்றுப் புணரியல்: சுட்டு, வினா; நன்னூல் 165',
    word: { words: ['அ', 'இ', 'எ'] },
    next: {
      endings: wordList(`
      ம் ன் ள் ர் டு லை தி கை
    `),
    },
  }),
];

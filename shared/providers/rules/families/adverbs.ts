import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Adverbs made with -ஆக and -ஆய். தாய், வாய், நாய் and verbs like வந்தாய் end in -ஆய் too, so that one is a list. */
export const ADVERBS: readonly SandhiRule[] = [
  sandhi('aaka', 'certain', {
    reason: '‘ஆக’ என முடியும் வினையடைக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: ['ஆக'], endings: ['ாக'], except: ['சாக'] },
  }),
  sandhi('aay', 'medium', {
    reason: '‘ஆய், போய்’ என முடியும் வினையெச்சத்துக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {
      words: wordList(`
        போய் ஒழுங்காய் நன்றாய் அழகாய் விரைவாய் மெதுவாய் பொதுவாய் நிறைவாய் தெளிவாய் மிகுதியாய் அமைதியாய்
        தனியாய் உறுதியாய் சரியாய் கடுமையாய் இனிமையாய் எளிமையாய் உண்மையாய் பெரிதாய் சிறிதாய் புதிதாய் தானாய்
        பொறுமையாய் முழுமையாய் கோபமாய் வேகமாய் சத்தமாய்
      `),
      endings: ['மையாய்'],
    },
  }),
];

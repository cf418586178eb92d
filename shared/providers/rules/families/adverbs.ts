import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Adverbs made with -ஆக and -ஆய். தாய், வாய், நாய் and verbs like வந்தாய் end in -ஆய் too: only endings that verbs do not have. */
export const ADVERBS: readonly SandhiRule[] = [
  sandhi('aaka', 'certain', {
    reason: '‘ஆக’ என முடியும் வினையடைக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: ['ஆக'], endings: ['ாக'], except: ['சாக'] },
  }),
  sandhi('aay', 'medium', {
    reason: '‘ஆய்’ என முடியும் வினையடைக்கும் ‘போய்’ என்னும் வினையெச்சத்துக்கும் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {
      words: wordList(`
        போய் நன்றாய் அழகாய் விரைவாய் நிறைவாய் தெளிவாய் தாழ்வாய் உயர்வாய் பெரிதாய் சிறிதாய் புதிதாய் தானாய் மெதுவாய் பொதுவாய்
        பொன்னாய் கண்ணாய் வீணாய் ஒன்றாய் நேராய் சீராய் வேறாய் தவறாய் சிறப்பாய் வியப்பாய் வெறுப்பாய் சிவப்பாய் கறுப்பாய்
        அன்பாய் பண்பாய் குறிப்பாய் பெரியதாய் சிறியதாய் ஒழுங்காய்
      `),
      endings: wordList('மாய் யாய் லாய் ாளாய் ர்களாய் ங்களாய் ோராய் வராய் வனாய் ஞனாய் ரனாய் யதாய் ததாய் ன்றதாய் ட்டதாய் ன்னதாய்'),
      except: wordList('ஆயாய் சொல்லாய் செல்லாய் வெல்லாய் கொல்லாய் நில்லாய் தெரியாய் அறியாய் செய்யாய் அடையாய் ஆகாய் மாய் யாய் லாய்'),
      exceptEndings: ['தாயாய்'],
    },
  }),
];

import { wordList } from '../ending.ts';
import { DOUBLING_CHAPTER, NANNOOL_165, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Verb forms that show the word before to be a subject, not a qualifier. */
export const FINITE_VERBS = {
  words: wordList(`
    போன்ற போல போதும் கூடாது தேவை சரி தான் பிடிக்கும் தெரியும் பற்றி குறித்து காரணமாக கொண்ட கொண்டு செய்த செய்து
    செய்ய படி பெற பெற்ற
  `),
  beginnings: ['குறை'],
  endings: wordList(`
    து ான் ாள் ார் ார்கள் ேன் ோம் ன கிறது கின்றன படும் ிக்கும் டும் கும் ந்த த்த ட்ட ிய கிற கின்ற
  `),
} as const;

/** Nouns that have lost their -ம், which they do only before another noun. Those that are a verb form or a name as well are left out. */
const NOUNS_IN_M = wordList(`
  தேசிய மாநில மாவட்ட கிராம நகர அரசாங்க நிர்வாக சமூக சமுதாய குடும்ப திருமண கல்யாண மருத்துவ தொழில்நுட்ப பொருளாதார இலக்கிய இலக்கண சரித்திர
  புராண நாடக திரைப்பட புத்தக நூலக அலுவலக நிலைய வாகன பயண விமான விவசாய வணிக வியாபார தொழிற்சங்க அமைச்சக ஒன்றிய வட்டார
  பல்கலைக்கழக கழக மன்ற நீதிமன்ற சட்டமன்ற நாடாளுமன்ற பாராளுமன்ற சுகாதார உணவக மின்சார ஆராய்ச்சிக்கூட
  பாரம்பரிய ஆரம்ப இறுதிக்கட்ட மத்திய அதிகார அந்நிய அயலக சர்வதேச உலக கட்டட கோபுர தோட்ட 
  முக்கிய சொந்த அவசர விளம்பர கணித பாடத்திட்ட பாடப்புத்தக ஆங்கில தமிழக இந்திய 
  உற்சாக துன்ப சோக நட்சத்திர சூரிய கிரகண பருவ மாத வருட அன்றாட நவீன புதுமுக கருத்தரங்க தொடக்க ஓவிய சதுரங்க ரொக்க மீனவ ரத்த இரத்த சந்தன பழங்கால
`);

/** Nouns that stand before another noun as its qualifier: a closed list, for as subjects they do not double. */
export const QUALIFIERS: readonly SandhiRule[] = [
  sandhi('quality', 'high', {
    reason: 'புது, பொது, முழு, தனி, அரை, பாதி போன்ற அடைமொழிகளுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {
      words: wordList(`
      புது பொது நடு முழு தனி தனித்தனி அரை பாதி மற்றை
    `),
    },
    notNext: FINITE_VERBS,
  }),
  sandhi('direction', 'high', {
    reason: 'திசைப் பெயர் பெயரடையாக நிற்கும்போது அதன்பின் வல்லினம் மிகும்',
    source: `நன்னூல், உயிரீற்றுப் புணரியல்: திசைப் பெயர்; ${NANNOOL_165}`,
    word: {
      words: wordList(`
        வடக்கு தெற்கு கிழக்கு மேற்கு வடகிழக்கு வடமேற்கு தென்கிழக்கு தென்மேற்கு குணக்கு
      `),
    },
    notNext: FINITE_VERBS,
  }),
  sandhi('colour', 'medium', {
    reason: 'பண்பைச் சுட்டும் பெயர் பெயரடையாக நிற்கும்போது அதன்பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: wordList('பச்சை வெள்ளை சிவப்பு கறுப்பு கருப்பு இரட்டை ஒற்றை செயற்கை') },
    notNext: FINITE_VERBS,
  }),
  sandhi('special', 'medium', {
    reason: 'பெயரடையாக நிற்கும் ‘சிறப்பு’ என்னும் சொல்லுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: ['சிறப்பு'] },
    next: {
      beginnings: wordList(`
        பரிசு பேருந்து புடவை பேச்சு பயிற்சி பிரிவு பூசை பூஜை பக்க கட்டுரை கூட்ட குழு காட்சி கவன தகுதி திட்ட தொகுப்பு தள்ளுபடி
        சலுகை செய்தி சட்ட
      `),
    },
  }),
  sandhi('life', 'medium', {
    reason: 'பெயரடையாக நிற்கும் ‘வாழ்க்கை, இயற்கை’ என்னும் சொற்களுக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: ['வாழ்க்கை', 'இயற்கை'] },
    next: {
      beginnings: wordList(`
        படகு பயண பாதை பாட போராட்ட பிரச்சனை பேரிடர் தர தத்துவ துணை தேவை செலவு சூழல் சக்கர சீற்ற சிக்கல் குறிப்பு கல்வி கல்லூரி
      `),
    },
  }),
  sandhi('noun-in-m', 'medium', {
    reason: '‘ம்’ கெட்டு அடையாக நிற்கும் பெயருக்குப் பின் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: { words: NOUNS_IN_M, endings: ['க்கால', 'ர்கால', 'ழ்கால', 'க்கார'] },
    notNext: { beginnings: ['தான்', 'சார்ந்த', 'பூர்வ', 'தின', 'தாக', 'கீத', 'சபை', 'சபா', 'சேவை', 'சேவக', 'பிரதேச'] },
  }),
];

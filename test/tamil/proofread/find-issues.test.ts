import { describe, expect, it } from 'vitest';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';

const corrected = (text: string): string => {
  let out = '';
  let at = 0;
  for (const issue of findIssues(text)) {
    out += text.slice(at, issue.start) + issue.suggestion;
    at = issue.end;
  }
  return out + text.slice(at);
};

/** [rule, as written, as it should be] */
const WRONG: readonly (readonly [rule: string, text: string, right: string])[] = [
  ['unicode/normal-form', 'மக\u0bc6\u0bbeண்டு', 'மகொண்டு'],
  ['unicode/normal-form', 'பள்ளி\u200cகள்', 'பள்ளிகள்'],
  ['unicode/sequence', 'சிறுவா்கள் ஓடினா்', 'சிறுவர்கள் ஓடினர்'],
  ['unicode/repeated-sign', 'கல்்வி', 'கல்வி'],
  ['unicode/repeated-sign', 'தூூய நீர்', 'தூய நீர்'],
  ['unicode/sequence', 'ஆாற்றில் நீந்தினான்', 'ஆற்றில் நீந்தினான்'],
  ['sandhi/demonstrative', 'அந்த பாலம் உடைந்தது.', 'அந்தப் பாலம் உடைந்தது.'],
  ['sandhi/manner', 'எப்படி தப்பினாய்?', 'எப்படித் தப்பினாய்?'],
  ['sandhi/degree', 'மிக கடினமான கேள்வி', 'மிகக் கடினமான கேள்வி'],
  ['sandhi/quotative', 'மழை வரும் என தோன்றுகிறது.', 'மழை வரும் எனத் தோன்றுகிறது.'],
  ['sandhi/quotative', 'திடீரென பெய்தது', 'திடீரெனப் பெய்தது'],
  ['sandhi/comparison', 'மயில் போல தோகை விரித்தாள்', 'மயில் போலத் தோகை விரித்தாள்'],
  ['sandhi/aaka', 'விரைவாக கிளம்பினோம்', 'விரைவாகக் கிளம்பினோம்'],
  ['sandhi/aay', 'தெளிவாய் சொன்னாள்', 'தெளிவாய்ச் சொன்னாள்'],
  ['sandhi/dative', 'சந்தைக்கு போனார்கள்', 'சந்தைக்குப் போனார்கள்'],
  ['sandhi/dative', 'அதற்கு காரணம் உண்டு', 'அதற்குக் காரணம் உண்டு'],
  ['sandhi/accusative', 'பாடங்களை படித்தாள்', 'பாடங்களைப் படித்தாள்'],
  ['sandhi/accusative', 'பாலத்தை கடந்தோம்', 'பாலத்தைக் கடந்தோம்'],
  ['sandhi/accusative-glide', 'கடையை திறந்தார்', 'கடையைத் திறந்தார்'],
  ['sandhi/accusative-person', 'நண்பனை சந்தித்தேன்', 'நண்பனைச் சந்தித்தேன்'],
  ['sandhi/accusative-noun', 'கனவை சொன்னான்', 'கனவைச் சொன்னான்'],
  ['sandhi/accusative-verbal', 'அவள் பாடுவதை கேட்டேன்', 'அவள் பாடுவதைக் கேட்டேன்'],
  ['sandhi/hard-u-participle', 'யோசித்து பதில் சொல்', 'யோசித்துப் பதில் சொல்'],
  ['sandhi/oblique', 'கிணற்று தண்ணீர் வற்றியது', 'கிணற்றுத் தண்ணீர் வற்றியது'],
  ['sandhi/infinitive', 'விளையாட போனாள்', 'விளையாடப் போனாள்'],
  ['sandhi/i-participle', 'நோக்கி சென்றனர்', 'நோக்கிச் சென்றனர்'],
  ['sandhi/about', 'வானியல் பற்றி பேசினார்', 'வானியல் பற்றிப் பேசினார்'],
  ['sandhi/quality', 'பொது கூட்டம் நடந்தது', 'பொதுக் கூட்டம் நடந்தது'],
  ['sandhi/direction', 'மேற்கு தொடர்ச்சி மலை', 'மேற்குத் தொடர்ச்சி மலை'],
  ['sandhi/compound', 'மழை காலம் தொடங்கியது', 'மழைக் காலம் தொடங்கியது'],
  ['sandhi/never-pair', 'காய்க் கனி விற்றார்', 'காய் கனி விற்றார்'],
  ['sandhi/never-verb-root', 'சுடுச் சோறு தின்றான்', 'சுடு சோறு தின்றான்'],
  ['sandhi/never-pronoun', 'எதுச் சரி?', 'எது சரி?'],
  ['sandhi/never-number', 'மூன்றுப் பேர் வந்தனர்', 'மூன்று பேர் வந்தனர்'],
  ['sandhi/never-adjective', 'புதியச் சாலை', 'புதிய சாலை'],
  ['sandhi/never-genitive', 'நண்பனோடுச் சென்றான்', 'நண்பனோடு சென்றான்'],
  ['sandhi/never-soft-participle', 'நடந்துப் போனாள்', 'நடந்து போனாள்'],
  ['sandhi/never-negative', 'தெரியாதப் பாதை', 'தெரியாத பாதை'],
  ['sandhi/never-relative', 'எழுதியக் கடிதம்', 'எழுதிய கடிதம்'],
  ['sandhi/never-aana', 'அழகானப் பூ', 'அழகான பூ'],
  ['sandhi/never-optative', 'வளர்கத் தமிழ்', 'வளர்க தமிழ்'],
  ['sandhi/never-subject', 'யானைப் பிளிறியது', 'யானை பிளிறியது'],
  ['sandhi/mismatch', 'இந்தக் சிறுவன்', 'இந்தச் சிறுவன்'],
  ['sandhi/stray', 'அந்தக் மலர்', 'அந்த மலர்'],
  ['sandhi/never-echo', 'சலச் சல என ஓடியது', 'சல சல என ஓடியது'],
  ['article/before-vowel', 'ஒரு ஓவியம்', 'ஓர் ஓவியம்'],
  ['article/before-consonant', 'ஓர் பறவை', 'ஒரு பறவை'],
  ['cluster/after-hard', 'பொருட்க்கள் விற்ப்பனை', 'பொருட்கள் விற்பனை'],
  ['cluster/after-hard', 'உள்ளவற்க்கு வாழ்வு', 'உள்ளவர்க்கு வாழ்வு'],
  ['cluster/nasal', 'மீன்டும் வந்தாள்', 'மீண்டும் வந்தாள்'],
  ['cluster/triple', 'பட்ட்டம்', 'பட்டம்'],
  ['cluster/pair', 'கன்ணகி', 'கண்ணகி'],
  ['cluster/initial', 'னாங்கள்', 'நாங்கள்'],
  ['cluster/glide', 'யெல்லாம் நன்று', 'எல்லாம் நன்று'],
  ['spelling/mayangoli-n', 'விமாணத்தில் சென்றார்', 'விமானத்தில் சென்றார்'],
  ['spelling/mayangoli-l', 'குளந்தைகள் பாடின', 'குழந்தைகள் பாடின'],
  ['spelling/mayangoli-r', 'சிருவர்கள் ஆடினர்', 'சிறுவர்கள் ஆடினர்'],
  ['spelling/nasal', 'வல்லுனர்கள் கூடினர்', 'வல்லுநர்கள் கூடினர்'],
  ['spelling/au', 'மெளனம் காத்தாள்', 'மௌனம் காத்தாள்'],
  ['spelling/missing-letter', 'காய்சல் குறைந்தது', 'காய்ச்சல் குறைந்தது'],
  ['spelling/form', 'நாகரீகம் வளர்ந்தது', 'நாகரிகம் வளர்ந்தது'],
  ['spacing/joined', 'வருவேன்என்று சொன்னாள்', 'வருவேன் என்று சொன்னாள்'],
  ['spacing/blanks', 'மலர்கள்   மலர்ந்தன', 'மலர்கள் மலர்ந்தன'],
  ['spacing/before-mark', 'மாலை , இரவு', 'மாலை, இரவு'],
  ['spacing/after-mark', 'மலையில் ஏறினான்.அங்கே நின்றான்.', 'மலையில் ஏறினான். அங்கே நின்றான்.'],
  ['spacing/repeated-word', 'வருவேன் என்று என்று சொன்னாள்', 'வருவேன் என்று சொன்னாள்'],
  ['colloquial/word', 'நேத்து மழை பெய்தது', 'நேற்று மழை பெய்தது'],
  ['colloquial/verb', 'எல்லோரும் வந்தாங்க', 'எல்லோரும் வந்தார்கள்'],
  ['agreement/subject-verb', 'அவள் பாடினான்.', 'அவள் பாடினாள்.'],
  ['agreement/subject-verb', 'நாங்கள் கடைக்கு வந்தேன்.', 'நாங்கள் கடைக்கு வந்தோம்.'],
  ['agreement/subject-verb', 'அவை பறந்தது.', 'அவை பறந்தன.'],
  ['agreement/tense', 'நாளை பாடினாள்.', 'நாளை பாடுவாள்.'],
  ['agreement/distributive', 'ஒவ்வொரு நாடுகளிலும் மக்கள் உள்ளனர்.', 'ஒவ்வொரு நாட்டிலும் மக்கள் உள்ளனர்.'],
  ['sandhi/accusative-in', 'நீரினை குடித்தான்', 'நீரினைக் குடித்தான்'],
  ['sandhi/accusative-object', 'பாலை குடித்தான்', 'பாலைக் குடித்தான்'],
  ['sandhi/infinitive-verb', 'அங்கே அலைய கூடாது', 'அங்கே அலையக் கூடாது'],
  ['sandhi/noun-in-m', 'மாவட்ட கல்வி அலுவலர்', 'மாவட்டக் கல்வி அலுவலர்'],
  ['sandhi/never-finite', 'அவன் இருந்தான்ப்.', 'அவன் இருந்தான்.'],
  ['sandhi/never-verbal-noun', 'மழை வருவதுப் போல', 'மழை வருவது போல'],
  ['sandhi/aay', 'சாரலாய் பெய்தது', 'சாரலாய்ப் பெய்தது'],
  ['spacing/joined', 'அவள் வரவில்லைஎன்றார்', 'அவள் வரவில்லை என்றார்'],
  ['colloquial/verb', 'அவர்கள் படிச்சாங்க', 'அவர்கள் படித்தார்கள்'],
  ['colloquial/case', 'குளத்துல குளித்தான்', 'குளத்தில் குளித்தான்'],
  ['spelling/mayangoli-ending', 'அவன் ஓடுகிரான்', 'அவன் ஓடுகிறான்'],
  ['cluster/pair', 'முண்னேற்றம் கண்டோம்', 'முன்னேற்றம் கண்டோம்'],
  ['spelling/mayangoli-r', 'கதிற் விளைந்தது', 'கதிர் விளைந்தது'],
  ['agreement/subject-verb', 'பறவைகள் பறந்தது.', 'பறவைகள் பறந்தன.'],
  ['agreement/subject-verb', 'மாணவர்கள் வந்தான்.', 'மாணவர்கள் வந்தார்கள்.'],
  ['agreement/subject-verb', 'நான் பாடம் படித்தான்.', 'நான் பாடம் படித்தேன்.'],
  ['agreement/subject-verb', 'அவள் வேகமாக ஓடினான்.', 'அவள் வேகமாக ஓடினாள்.'],
  ['agreement/tense', 'நேற்று அவன் வருவான்.', 'நேற்று அவன் வந்தான்.'],
];

/** What looks like a mistake to a careless rule and is none. */
const RIGHT: readonly string[] = [
  'மூக்கு சிவந்தது.',
  'கொக்கு பறந்தது. கணக்கு தவறியது.',
  'அத்தை சொன்னாள். யானை படுத்தது. தண்டனை கடுமையானது.',
  'அதுவரை பொறுத்திரு. எத்தனை பேர்? வார்த்தை தடித்தது.',
  'தேவதை தோன்றினாள். வேலை கிடைத்தது. நாளை பார்க்கலாம்.',
  'நெருப்பு சுட்டது. கருத்து சரியானது. எட்டு பேர் வந்தனர்.',
  'மழை பெய்தது. குதிரை தாவியது. கை கழுவினான். பூ பூத்தது.',
  'மிக்க பயன் தரும். குறிப்பிடத்தக்க செய்தி. பெருமைமிக்க குடும்பம்.',
  'மற்ற பிள்ளைகள் வரவில்லை. தாய் தந்தை இருவரும் வந்தனர்.',
  'மருந்துக் கடை திறந்துள்ளது. கன்றுக் குட்டி துள்ளியது.',
  'விமானப் படை வந்தது. வருமானத் துறை கூறியது. உள்ளத் தூய்மை வேண்டும்.',
  'பார்க்கப் பார்க்கப் பரவசம். தேடித் தேடிக் களைத்தான். பலப் பல நிறங்கள்.',
  'மெல்ல மெல்ல நடந்தாள். மீண்டும் மீண்டும் சொன்னாள். மேலும் மேலும் வளர்ந்தது.',
  'ஓர் யானை நின்றது. ஒரு யானை நின்றது. ஒரு நாள் வந்தது.',
  'டிராக்டர் ஓடியது. சுவிட்சைத் தட்டு. இன்டர்நெட் வேகம். கவுன்டர் எண். சக்தி பிறந்தது.',
  'ணகரம் னகரம் றகரம் என்னும் எழுத்துகள். லண்டன் ராமன் டில்லி.',
  'அவன்தான் வந்தான். வெண்தாடி வேந்தர். கண்றாவிக் காட்சி.',
  'க்‌ஷத்திரியர் ஆண்டனர். ஸ்ரீராமன் ஶ்ரீரங்கம்.',
  '“நேத்து அவங்க வந்தாங்க” என்று பாட்டி சொன்னாள்.',
  'அவள் கண்கள் துடித்தன. அவன் வீட்டில் அவள் வந்தாள் என்றான்.',
  'அவர் வந்தார்கள். அவன் வந்தார். யார் அது என்றான்.',
  'நான் அதைத்தான் சொன்னேன். அவன் வந்தேன் என்றான். அவள் மெதுவாகத்தான் பேசுவாள்.',
  'நீங்க வேண்டும் துயர். அஞ்சு பவன் யார்?',
  'திரு. வி. க. எழுதினார். தி.மு.க. வென்றது. 3.5 விழுக்காடு.',
  'எம்எல்ஏ வந்தார். ஐஏஎஸ் தேர்வு. படாஅது நிற்கும்.',
  'கற்க கசடறக் கற்பவை கற்றபின் நிற்க அதற்குத் தக.',
  'அந்த “காலம்” போனது. அந்த, காலம்.',
  'அந்த\nகாலம்',
  'PDFக்கு போ. @அந்த காலம் abc',
  'முடிந்தவரை பேசினேன்',
  'கொன்றை பூத்தது',
  'என்ன செய்தாய்?',
  'ஆவன செய்தார்',
  'நான் சொன்னதும் வந்தான்.',
  'பல நாடுகள் சென்றான்.',
  'மலர்கள் மலர்ந்தன.',
  'அனிச்ச மலர்',
  'எம்எல்ஏ வந்தார்',
  'அவர் ‘ஒரு ஊர்’ என்று எழுதினார்',
  'சிரியா நாடு',
  'பரிசு வழங்கிய தலைவர்',
  'மருந்துக் கடை',
  'இந்துக் கோயில்',
  'விவாதப் பொருள்',
  'விடுதலை கிடைத்தது',
  'அவள் வீட்டுக்குச் சென்றான்.',
  'நேற்று அவர்கள் வீட்டில் விருந்து நடந்தது.',
  'பூத் மூலம் தேடு',
  'எந்த எண்ணையும் தொடு',
  'நீங்க தனியாக வந்தது ஏன்',
  'மூன்று கருவிகள்',
  'தேசிய கீதம்',
];

describe('findIssues', () => {
  it.each(WRONG)('%s: %s', (rule, text, right) => {
    expect(corrected(text)).toBe(right);
    expect(findIssues(text).map((issue) => issue.rule)).toContain(rule);
  });

  it.each(WRONG)('%s: leaves what it wrote for %s alone', (_rule, _text, right) => {
    expect(findIssues(right)).toEqual([]);
  });

  it.each(RIGHT)('raises nothing in: %s', (text) => {
    expect(findIssues(text)).toEqual([]);
  });

  it('marks the whole word and explains itself in Tamil', () => {
    const [issue] = findIssues('நான் அந்த கடையில் வாங்கினேன்.');
    expect(issue).toMatchObject({
      start: 5,
      end: 9,
      suggestion: 'அந்தக்',
      type: 'grammar',
      severity: 'medium',
    });
    expect(issue?.message).toContain('வல்லினம் மிகும்; ‘அந்தக்’ என எழுத வேண்டும்');
  });

  it('puts what is wrong with one word into one issue that names both rules', () => {
    const issues = findIssues('அதற்க்கு காரணம் உண்டு.');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ suggestion: 'அதற்குக்', type: 'spelling', severity: 'high' });
    expect(issues[0]?.message).toMatch(/இரட்டித்து வராது.*வல்லினம் மிகும்/);
  });

  it('keeps to certain rules when asked to', () => {
    const text = 'நேத்து அந்த கடையில் முயற்ச்சி செய்தேன்.';
    expect(findIssues(text).map(({ rule }) => rule)).toContain('colloquial/word');
    expect(findIssues(text, { certainOnly: true }).map(({ rule }) => rule)).toEqual([
      'sandhi/demonstrative',
      'cluster/after-hard',
    ]);
  });

  it('finds nothing by a rule or a family that is disabled, and the rest as before', () => {
    const text = 'நேத்து அதற்க்கு காரணம் இந்த கடை.';
    const rules = (...disabledRules: string[]) =>
      findIssues(text, { disabledRules }).map(({ rule, suggestion }) => [rule, suggestion]);
    expect(rules()).toEqual([
      ['colloquial/word', 'நேற்று'],
      ['cluster/after-hard', 'அதற்குக்'],
      ['sandhi/demonstrative', 'இந்தக்'],
    ]);
    expect(rules('sandhi')).toEqual([
      ['colloquial/word', 'நேற்று'],
      ['cluster/after-hard', 'அதற்கு'],
    ]);
    expect(rules('sandhi/dative', 'colloquial', 'sand', 'sandhi/')).toEqual([
      ['cluster/after-hard', 'அதற்கு'],
      ['sandhi/demonstrative', 'இந்தக்'],
    ]);
  });

  it('lets no two issues overlap where a word comes three times', () => {
    const issues = findIssues('வருவேன் என்று என்று என்று சொன்னாள்');
    expect(issues).toMatchObject([{ start: 8, end: 19, suggestion: 'என்று' }]);
  });

  it('counts in UTF-16 code units, behind emoji too', () => {
    const text = '👩‍👩‍👧 அந்த கடை 👍🏽';
    expect(findIssues(text)).toMatchObject([{ start: text.indexOf('அந்த'), suggestion: 'அந்தக்' }]);
  });
});

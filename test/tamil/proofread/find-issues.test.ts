import { describe, expect, it } from 'vitest';
import { readExamples } from '../../../scripts/rules-page/examples.ts';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';
import { corrected } from '../../support/corrected.ts';

/** [rule, as written, as it should be] */
const WRONG = readExamples();

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

  it('finds only what certain rules find when asked to', () => {
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

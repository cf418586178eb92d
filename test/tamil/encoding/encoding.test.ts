import { describe, expect, it } from 'vitest';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';
import { corrected } from '../../support/corrected.ts';

const rules = (text: string): string[] => findIssues(text).map(({ rule }) => rule);

describe('another form of the same letters', () => {
  const twoPieces = (text: string) => text.replace(/ொ/g, '\u0bc6\u0bbe').replace(/ோ/g, '\u0bc7\u0bbe');

  it('is read in silence, and said once for the text', () => {
    const text = 'தோட்டத்தில் கொடி போல ஓடினான்; கோயில் மணி ஒலித்தது.';
    expect(findIssues(twoPieces(text))).toMatchObject([
      { rule: 'unicode/normal-form', type: 'style', severity: 'low' },
    ]);
    expect(corrected(twoPieces(text))).toBe(text);
  });

  it('says how many places there are, and keeps out of the way of other findings', () => {
    const issues = findIssues(twoPieces('கொடி பறந்தது. அந்த கோயில் பெரியது. சோறு இனித்தது.'));
    expect(issues.map(({ rule, suggestion }) => [rule, suggestion])).toEqual([
      ['unicode/normal-form', 'கொடி'],
      ['sandhi/demonstrative', 'அந்தக்'],
    ]);
    expect(issues[0]?.message).toContain('3');
  });

  it('is mended in a word that has another fault, and not told a second time', () => {
    expect(findIssues(`${twoPieces('கொடியை')} பிடித்தான்.`)).toMatchObject([
      { rule: 'sandhi/accusative-glide', suggestion: 'கொடியைப்' },
    ]);
  });

  it.each(['மாண\u200cவர்கள் வந்தனர்.', '\u200cமரம் வளர்ந்தது.', 'அறி\u200bவு ஒளி தரும்.'])(
    'a joiner that joins nothing is named in the same note: %j',
    (text) => {
      expect(rules(text)).toEqual(['unicode/normal-form']);
      expect(corrected(text)).toBe(text.replace(/[\u200b\u200c]/g, ''));
    },
  );

  it.each([
    '\ufeffமரம் வளர்ந்தது.',
    'தண்\u00adணீர் குளிர்ந்தது.',
    'மர\u00adங்\u00adகள் நிழல் தரும்.',
    'க்\u200cஷத்திரியர் ஆண்டனர்.',
    'பள்\u200dளி திறந்தது.',
    'மரம்\tவளர்ந்தது.\r\n\tநிழல்\u00a0தந்தது.',
  ])('leaves characters that have a use alone: %j', (text) => {
    expect(findIssues(text)).toEqual([]);
  });
});

describe('signs that no letter takes', () => {
  it.each([
    ['unicode/repeated-sign', 'வீடுு பெரியது.', 'வீடு பெரியது.'],
    ['unicode/repeated-sign', 'அவள் சென்றாள்்.', 'அவள் சென்றாள்.'],
    ['unicode/sequence', 'நாட்டி்ன தலைநகர் எது?', 'நாட்டின் தலைநகர் எது?'],
    ['unicode/sequence', 'அவன் மட்டு் சிரித்தான்.', 'அவன் மட்டும் சிரித்தான்.'],
    ['unicode/sequence', 'குளி்ந்த நீர் தந்தான்.', 'குளிர்ந்த நீர் தந்தான்.'],
    ['unicode/sequence', 'புதிய நுாலகம் திறந்தது.', 'புதிய நூலகம் திறந்தது.'],
    ['unicode/sequence', 'துாய காற்று வீசியது.', 'தூய காற்று வீசியது.'],
    ['unicode/sequence', 'அவா்கள் பாடினாா்கள்.', 'அவர்கள் பாடினார்கள்.'],
    ['unicode/sequence', 'பொிய மரம் அது.', 'பெரிய மரம் அது.'],
  ])('%s: %s', (rule, text, right) => {
    expect(new Set(rules(text))).toEqual(new Set([rule]));
    expect(corrected(text)).toBe(right);
  });
});

describe('signs in the order they are drawn', () => {
  it('are one finding for the text, which reads as it was meant', () => {
    const text = 'ேகாயிலுக்குச் ெசன்ற ெபண் பைழய பாடல் ஒன்ைறப் பாடினாள்.';
    expect(findIssues(text)).toMatchObject([{ rule: 'unicode/visual-order', start: 0 }]);
    expect(corrected(text)).toBe('கோயிலுக்குச் சென்ற பெண் பழைய பாடல் ஒன்றைப் பாடினாள்.');
  });

  it('are moved in one word only where the others are in order', () => {
    expect(corrected('அவன் மேலே ஏறி ெபரிய கிளையில் அமர்ந்தான்.')).toBe('அவன் மேலே ஏறி பெரிய கிளையில் அமர்ந்தான்.');
  });

  it('leave an address between them as it is', () => {
    expect(corrected('ெபண் https://x.org/ெபண் ெபண்')).toBe('பெண் https://x.org/ெபண் பெண்');
  });
});

describe('text of the Bamini font', () => {
  it('is one finding, which says so and gives the text', () => {
    const issues = findIssues(
      'jkpo;ehl;bd; kf;fs; gz;ghl;il kjpf;fpd;wdh;.\nmth;fs; nghpa tpoh vLj;jhh;fs;.',
    );
    expect(issues).toMatchObject([{ rule: 'unicode/legacy-font', start: 0, severity: 'high' }]);
    expect(issues[0]?.message).toContain('பாமினி');
    expect(issues[0]?.suggestion).toBe('தமிழ்நாட்டின் மக்கள் பண்பாட்டை மதிக்கின்றனர்.\nஅவர்கள் பெரிய விழா எடுத்தார்கள்.');
  });

  it('is seen in two words, and not in one', () => {
    expect(corrected('jkpo;ehL murhq;fk;')).toBe('தமிழ்நாடு அரசாங்கம்');
    expect(findIssues('jkpo;')).toEqual([]);
  });

  it.each([
    'yes;no; ok;go;',
    'The cat; the dog; and so on; etc.',
    'for (let i=0;i<n;i++) { a;b; c;d; }',
    'int main;char c;double d;float f;',
    'a;b;c;d e;f;g h;i;j',
    'Smith;John;London Doe;Jane;Paris',
  ])('is not seen in %s', (text) => {
    expect(findIssues(text)).toEqual([]);
  });
});

describe('UTF-8 read as another encoding', () => {
  const text = 'மரம் வளர்ப்போம், மழை பெறுவோம்!';
  it.each([
    ['Windows-1252', new TextDecoder('windows-1252').decode(Buffer.from(text))],
    ['Latin-1', Buffer.from(text).toString('latin1')],
  ])('%s is one finding, which gives the text back', (_, garbled) => {
    const issues = findIssues(garbled);
    expect(issues).toMatchObject([{ rule: 'unicode/mojibake', severity: 'high' }]);
    expect(corrected(garbled)).toBe(text);
  });

  it('is found beside what was read rightly', () => {
    const garbled = Buffer.from('தமிழ்').toString('latin1');
    expect(corrected(`நம் மொழி ${garbled} ஆகும்.`)).toBe('நம் மொழி தமிழ் ஆகும்.');
  });

  it('is not seen in French', () => {
    expect(findIssues('à la carte, déjà vu; là-bas à ® ¯')).toEqual([]);
  });
});

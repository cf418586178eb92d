import { describe, expect, it } from 'vitest';
import { changesMeaning } from '../../shared/analyses/meaning.ts';

describe('a change of meaning', () => {
  it.each([
    ['figure', '1912 ஆம் ஆண்டு', '1911 ஆம் ஆண்டு'],
    ['figure left out', '30 பேர் வந்தனர்', 'பலர் வந்தனர்'],
    ['decimal', '3.5 விழுக்காடு', '35 விழுக்காடு'],
    ['Tamil figure', '௧௨ ஆண்டுகள்', '௧௩ ஆண்டுகள்'],
    ['name after a title', 'கவிஞர் கண்ணதாசன் பாடினார்', 'கவிஞர் வாலி பாடினார்'],
    ['name with initials', 'எம்.எஸ். சுப்புலட்சுமி பாடினார்', 'எம்.எஸ். விசுவநாதன் பாடினார்'],
    ['well-known name', 'இதைப் பாரதியார் சொன்னார்', 'இதை வள்ளுவர் சொன்னார்'],
    ['name in Latin letters', 'Chennai நகரம்', 'Madurai நகரம்'],
    ['negation added', 'அவன் வந்தான்', 'அவன் வரவில்லை'],
    ['negation lost', 'அது முடியாது', 'அது முடியும்'],
    ['negation of a participle', 'படிக்காத மாணவன்', 'படித்த மாணவன்'],
    ['English negation', 'He did not come', 'He did come'],
  ])('is a %s', (_, excerpt, suggestion) => {
    expect(changesMeaning(excerpt, suggestion)).toBe(true);
  });

  it.each([
    ['sandhi', 'அந்த பையன் வந்தான்', 'அந்தப் பையன் வந்தான்'],
    ['a separator in a figure', '1,00,000 ரூபாய்', '100000 ரூபாய்'],
    ['Tamil digits made European', '௧௯௪௭ ஆம் ஆண்டு', '1947 ஆம் ஆண்டு'],
    ['a full stop after a figure', 'ஆண்டு 1947.', 'ஆண்டு 1947'],
    ['the case of a name', 'கவிஞர் கண்ணதாசன் பாடல்', 'கவிஞர் கண்ணதாசனின் பாடல்'],
    ['another negation', 'என்னால் முடியவில்லை', 'என்னால் முடியாது'],
    ['word order', 'மரங்களை வளர்க்க வேண்டும்', 'வளர்க்க வேண்டும் மரங்களை'],
  ])('is not %s', (_, excerpt, suggestion) => {
    expect(changesMeaning(excerpt, suggestion)).toBe(false);
  });
});

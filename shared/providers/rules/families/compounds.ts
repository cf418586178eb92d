import { pairs } from './pairs.ts';
import { DOUBLING_CHAPTER, NOT_DOUBLING_CHAPTER, type SandhiRule, sandhi } from './sandhi-rule.ts';

/** Compounds whose case ending is understood. Only known pairs: the same noun as a subject or an object does not double. */
export const COMPOUNDS: readonly SandhiRule[] = [
  sandhi('compound', 'medium', {
    reason: 'உருபு மறைந்து வரும் வேற்றுமைத் தொகையில் வல்லினம் மிகும்',
    source: DOUBLING_CHAPTER,
    word: {},
    pairs: pairs(`
      கை: குழந்தை குட்டை கடிகார குலுக்க செலவு கணக்கு பேசி பிடிய பந்து தறி தொழில் குறிப்பு
      தீ: பெட்டி குச்சி சுடர் பொறி பந்த புண் தடுப்பு
      பூ: கடை செடி பந்தல் பந்து
      மழை: கால துளி பொழிவு கோட்டு சாரல்
      பனி: பொழிவு புயல் துளி கால
      குதிரை: குட்டி பந்தய சவாரி கொட்டில்
      யானை: தந்த பாகன் குட்டி கூட்ட
      காலை: பொழுது கடன் சிற்றுண்டி
      மாலை: பொழுது
      கோடை: கால
      தை: திங்கள் பொங்கல் பூச
      நிலா: சோறு கால
      பலா: பழ சுளை
      விழா: கால குழு கோல பந்தல்
      மொழி: பெயர்ப்ப பயிற்சி கொள்கை பாட
      பள்ளி: கூட கல்வி பருவ
      கல்வி: கொள்கை கட்டண துறை கூட
      இசை: கருவி கச்சேரி கலைஞ
      தாய்மொழி: கல்வி
    `),
  }),
];

/** Compounds that join two equals or a bare verb root and a noun: there nothing doubles. */
export const PLAIN_COMPOUNDS: readonly SandhiRule[] = [
  sandhi('never-pair', 'high', {
    reason: 'இரு பெயர்கள் இணையாக நிற்கும் உம்மைத் தொகையில் வல்லினம் மிகாது',
    source: NOT_DOUBLING_CHAPTER,
    word: {},
    pairs: pairs(`
      தாய்: தந்தை
      செடி: கொடி
      இரவு: பகல்
      காய்: கனி
      கை: கால்
      வெற்றிலை: பாக்கு
      அண்ணன்: தம்பி
      ஆடு: கோழி
      மாடு: கன்று
    `),
  }),
  sandhi('never-verb-root', 'high', {
    reason: 'காலம் காட்டாத வினைத்தொகையில் வல்லினம் மிகாது',
    source: 'நன்னூல் 179',
    word: {},
    pairs: pairs(`
      சுடு: சோறு காடு
      வளர்: பிறை தமிழ்
      தேய்: பிறை
      ஊறு: காய்
      குடி: தண்ணீர்
      பாய்: புலி
      அலை: கடல்
      எரி: தழல்
    `),
  }),
];

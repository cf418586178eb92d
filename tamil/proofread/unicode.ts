import { findBamini } from '../encoding/bamini.ts';
import { hasStrayJoiner, withoutInvisible } from '../encoding/invisible.ts';
import { findMojibake } from '../encoding/mojibake.ts';
import { repairSequences, withoutRepeatedMarks } from '../encoding/sequences.ts';
import { findVisualOrder } from '../encoding/visual-order.ts';
import { LEXICON } from '../lexicon/rules-lexicon.ts';
import { touches } from '../masks/find-masks.ts';
import type { Mask } from '../masks/mask.ts';
import type { Word } from '../text/tokenize.ts';
import type { Change, RuleFacts, Span } from './finding.ts';

const STANDARD = 'யூனிகோடு தரம், தமிழ் எழுத்து';

const fact = (id: string, certain: boolean, reason: string, source = STANDARD): RuleFacts => ({
  id: `unicode/${id}`,
  type: 'spelling',
  severity: 'high',
  certain,
  reason,
  source,
});

const REPEATED = fact('repeated-sign', true, 'ஓர் எழுத்துக்கு ஓர் உயிர்க்குறி அல்லது ஒரு புள்ளி மட்டுமே வரும்');
const SEQUENCE = fact('sequence', false, 'இந்த வரிசையில் உயிர்க்குறியும் புள்ளியும் தமிழ் எழுத்தில் வாரா');
const VISUAL_ORDER = fact(
  'visual-order',
  false,
  'எ, ஏ, ஐ உயிர்க்குறிகள் எழுத்துக்கு முன்னால் வந்துள்ளன; யூனிகோடு வரிசையில் அவை எழுத்தை அடுத்து வரும்',
);
const LEGACY_FONT = fact(
  'legacy-font',
  false,
  'இப்பகுதி பாமினி எழுத்துருவில் உள்ளது; யூனிகோடு எழுத்துகளில் இவ்வாறு அமையும்',
);
const MOJIBAKE = fact(
  'mojibake',
  false,
  'இப்பகுதி தவறான குறியீட்டு முறையில் திறக்கப்பட்டதால் சிதைந்துள்ளது; மூலம் இவ்வாறு இருந்திருக்கும்',
);
/** Read in silence, and said once for the whole text. */
export const NORMAL_FORM: RuleFacts = {
  ...fact(
    'normal-form',
    false,
    'ஒரே எழுத்து இரண்டு குறியீடுகளாக அல்லது கண்ணுக்குத் தெரியாத இணைப்புக் குறியோடு உள்ளது',
    'யூனிகோடு NFC வடிவம், UAX #15',
  ),
  type: 'style',
  severity: 'low',
};

export const UNICODE_FACTS: readonly RuleFacts[] = [
  REPEATED,
  SEQUENCE,
  VISUAL_ORDER,
  LEGACY_FONT,
  MOJIBAKE,
  NORMAL_FORM,
];

/**
 * Reads a word as Unicode normalises it, without its invisible characters, and repairs signs that no letter takes. A sequence with no
 * single reading is left as it is.
 */
export const unicodeChange = (word: Word): Change | undefined => {
  if (!word.irregular) return undefined;
  word.form = withoutInvisible(word.raw).normalize('NFC');
  const once = withoutRepeatedMarks(word.form);
  const to = repairSequences(once, LEXICON.isKnownForm);
  if (to === word.form) return undefined;
  return { rule: to === once ? REPEATED : SEQUENCE, to };
};

/** Whether a word is written in another form than the normal one, though it looks the same. */
export const isUnnormalised = ({ raw, irregular }: Word): boolean =>
  irregular && (raw.normalize('NFC') !== raw || hasStrayJoiner(raw));

/** What is wrong with the encoding of a text as a whole: one finding for each stretch that no mask divides. */
export const encodingSpans = (text: string, masks: readonly Mask[]): Span[] => {
  const faults = [
    [MOJIBAKE, findMojibake(text)],
    [LEGACY_FONT, findBamini(text)],
    [VISUAL_ORDER, findVisualOrder(text, masks)],
  ] as const;
  for (const [rule, found] of faults) {
    const spans = stretches(text, found, masks).map((span) => ({ rule, ...span }));
    if (spans.length > 0) return spans;
  }
  return [];
};

interface Repair {
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** Joins repairs, with what is between them, to as few ranges as the masks allow. */
export const stretches = (
  text: string,
  repairs: readonly Repair[],
  masks: readonly Mask[],
): { start: number; end: number; suggestion: string }[] => {
  const joined: { start: number; end: number; suggestion: string }[] = [];
  for (const { start, end, to } of repairs) {
    if (touches(masks, start, end)) continue;
    const last = joined.at(-1);
    if (last === undefined || touches(masks, last.end, start)) joined.push({ start, end, suggestion: to });
    else
      joined[joined.length - 1] = {
        start: last.start,
        end,
        suggestion: last.suggestion + text.slice(last.end, start) + to,
      };
  }
  return joined;
};

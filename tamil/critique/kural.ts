import type { Verse } from '../kural/find-verses.ts';
import { findPart } from '../kural/find-verses.ts';
import { VERSE_COUNT, verseNumbered } from '../kural/verses.ts';
import { type Draft, draft } from './item.ts';
import type { Quotation } from './quotations.ts';
import type { GivenNumber } from './verse-number.ts';

/** Editions differ in a letter or two. */
const EDITION = 3;

const SOURCE = (number: number): string => `திருக்குறள் ${number}`;

/** What to say of a verse that is known: whether its text and its number hold. */
export const verseItems = (verse: Verse, given: GivenNumber | undefined): Draft[] => {
  const numbered = given === undefined || given.number === verse.number;
  if (verse.distance === 0 && numbered) return [verified(verse, given)];
  return [
    ...(verse.distance > 0 ? [strays(verse)] : []),
    ...(given !== undefined && !numbered ? [misnumbered(verse, given)] : []),
  ];
};

const verified = (verse: Verse, given: GivenNumber | undefined): Draft =>
  draft({
    category: 'kural',
    severity: 'low',
    title: SOURCE(verse.number),
    description:
      given === undefined
        ? `மேற்கோள் குறள் ${verse.number}-இன் பாடத்தோடு ஒத்துள்ளது; குறள் எண்ணையும் குறிப்பிடலாம்.`
        : `மேற்கோள் குறள் ${verse.number}-இன் பாடத்தோடு ஒத்துள்ளது; எண்ணும் சரியாக உள்ளது.`,
    at: verse,
    badge: 'verified',
    sourceTitle: SOURCE(verse.number),
  });

const strays = ({ from, to, number, text, distance }: Verse): Draft =>
  draft({
    category: 'kural',
    severity: distance <= EDITION ? 'low' : 'high',
    title: `திருக்குறள் ${number}: பாடம் வேறுபடுகிறது`,
    description:
      distance <= EDITION
        ? `மேற்கோள் குறள் ${number}-இன் பாடத்திலிருந்து ஓரிரு எழுத்துகளில் வேறுபடுகிறது; பதிப்புக்கு ஏற்ப இது மாறவும் கூடும். மூலம்: ‘${text}’.`
        : `மேற்கோள் குறள் ${number}-இன் பாடத்திலிருந்து வேறுபடுகிறது. மூலம்: ‘${text}’.`,
    at: { from, to },
    suggestion: { text, canAutoApply: false, meaningMayChange: true },
    badge: 'conflicting',
    sourceTitle: SOURCE(number),
  });

const misnumbered = ({ number }: Verse, given: GivenNumber): Draft =>
  draft({
    category: 'kural-number',
    severity: 'high',
    title: `குறள் எண் தவறு: ${number} என்று இருக்க வேண்டும்`,
    description: `இந்தக் குறளின் எண் ${number}; கட்டுரையில் ${given.number} என்று உள்ளது.`,
    at: given,
    suggestion: { text: String(number), canAutoApply: true, meaningMayChange: false },
    badge: 'conflicting',
    sourceTitle: SOURCE(number),
  });

/** What to say of a quotation that is given as a verse and is none of those known, or only a part of one. */
export const unknownVerse = (text: string, quotation: Quotation, given: GivenNumber | undefined): Draft => {
  const part = findPart(text.slice(quotation.from, quotation.to));
  if (part !== undefined) return partOf(part.number, part.text, quotation, given);
  if (given !== undefined && (given.number < 1 || given.number > VERSE_COUNT)) return outOfRange(given);
  const known = given === undefined ? undefined : verseNumbered(given.number);
  if (known !== undefined) return otherVerse(known.number, known.text, quotation);
  return draft({
    category: 'kural',
    severity: 'low',
    title: 'குறள் சரிபார்க்கப்படவில்லை',
    description:
      given === undefined
        ? 'குறளாகத் தரப்பட்டுள்ள இந்த மேற்கோள் இந்த ஆய்வு அறிந்த குறள்களில் இல்லை. திருக்குறள் நூலோடு ஒப்பிட்டுக் குறள் எண்ணைச் சேருங்கள்.'
        : `குறள் ${given.number} எனத் தரப்பட்டுள்ள இந்த மேற்கோள் இந்த ஆய்வு அறிந்த குறள்களில் இல்லை. பாடத்தையும் எண்ணையும் திருக்குறள் நூலோடு ஒப்பிட்டுக்கொள்ளுங்கள்.`,
    at: quotation,
    badge: 'unverified',
  });
};

const partOf = (
  number: number,
  text: string,
  quotation: Quotation,
  given: GivenNumber | undefined,
): Draft => {
  if (given !== undefined && given.number !== number)
    return misnumbered({ ...quotation, number, text, distance: 0 }, given);
  return draft({
    category: 'kural',
    severity: 'low',
    title: `திருக்குறள் ${number}: ஒரு பகுதி`,
    description: `மேற்கோள் குறள் ${number}-இன் ஒரு பகுதி; அதன் பாடத்தோடு ஒத்துள்ளது. முழுக் குறள்: ‘${text}’.`,
    at: quotation,
    badge: 'verified',
    sourceTitle: SOURCE(number),
  });
};

const outOfRange = (given: GivenNumber): Draft =>
  draft({
    category: 'kural-number',
    severity: 'high',
    title: 'இப்படி ஒரு குறள் எண் இல்லை',
    description: `திருக்குறளில் உள்ள குறள்கள் ${VERSE_COUNT}; கட்டுரையில் ${given.number} என்று உள்ளது. எண்ணைத் திருக்குறள் நூலில் பார்த்துத் திருத்துங்கள்.`,
    at: given,
    badge: 'conflicting',
  });

const otherVerse = (number: number, text: string, quotation: Quotation): Draft =>
  draft({
    category: 'kural',
    severity: 'high',
    title: `மேற்கோள் குறள் ${number} அன்று`,
    description: `குறள் ${number}-இன் பாடம்: ‘${text}’. மேற்கோள் அதனோடு பொருந்தவில்லை; பாடத்தையும் எண்ணையும் திருக்குறள் நூலோடு ஒப்பிடுங்கள்.`,
    at: quotation,
    badge: 'conflicting',
    sourceTitle: SOURCE(number),
  });

import { type Claim, claimsOf, namesSource } from './claims.ts';
import type { Essay, Sentence } from './essay.ts';
import { type Draft, draft, type Part } from './item.ts';

const LABELS: Readonly<Record<Claim, string>> = {
  date: 'ஆண்டு அல்லது தேதி',
  figure: 'எண் அல்லது அளவு',
  superlative: 'உச்சநிலைக் கூற்று',
  name: 'ஒருவரைப் பற்றிய செய்தி',
};

const ADVICE: Readonly<Record<Claim, string>> = {
  date: 'இந்த ஆண்டு அல்லது தேதி எந்த நூலில் அல்லது ஆவணத்தில் உள்ளது என்று குறிப்பிடுங்கள்.',
  figure: 'இந்த எண்ணை எந்த நூலிலிருந்து அல்லது அறிக்கையிலிருந்து எடுத்தீர்கள் என்று குறிப்பிடுங்கள்.',
  superlative: 'எதனோடு ஒப்பிட்டு இவ்வாறு கூறுகிறீர்கள், யார் சொன்னது என்று குறிப்பிடுங்கள்.',
  name: 'இவரைப் பற்றிய இந்தச் செய்தியை எந்த நூலில் படித்தீர்கள் என்று குறிப்பிடுங்கள்.',
};

/** Sentences that claim something a reader could check. Nothing is verified here, and every item says so. */
export const facts = (essay: Essay): Part => {
  if (essay.isLetter) return { summary: 'கடிதமாகக் கொள்ளப்பட்டதால் சான்று தேவைப்படும் கூற்றுகள் தேடப்படவில்லை.', items: [] };
  const items = essay.sentences.flatMap((sentence) => {
    const kinds = claimsOf(essay, sentence);
    return kinds.length > 0 ? [claimItem(essay, sentence, kinds)] : [];
  });
  return { summary: summary(items.length), items };
};

const summary = (count: number): string =>
  count === 0
    ? 'ஆண்டு, எண், உச்சநிலைக் கூற்று, பெயர் பெற்ற ஒருவரின் செயல் ஆகியவற்றைக் கூறும் வாக்கியம் எதுவும் காணப்படவில்லை.'
    : `சான்று தேவைப்படும் வாக்கியங்கள்: ${count}. இந்த ஆய்வு இணையத்தையோ நூல்களையோ பார்ப்பதில்லை; எனவே செய்திகளின் உண்மை சரிபார்க்கப்படவில்லை.`;

const claimItem = (essay: Essay, sentence: Sentence, kinds: readonly Claim[]): Draft => {
  const [first = 'figure'] = kinds;
  const sourced = namesSource(essay, sentence);
  return draft({
    category: `claim-${first}`,
    severity: sourced ? 'low' : 'medium',
    title: `சரிபார்க்க வேண்டியது: ${kinds.map((kind) => LABELS[kind]).join(', ')}`,
    description: sourced
      ? 'இந்த வாக்கியம் ஒரு சான்றைச் சுட்டுகிறது; செய்தி அந்தச் சான்றில் அப்படியே உள்ளதா என்று உறுதி செய்யுங்கள்.'
      : `இந்த வாக்கியத்தில் சான்று தரப்படவில்லை. ${ADVICE[first]}`,
    at: sentence,
    badge: 'unverified',
  });
};

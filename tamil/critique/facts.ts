import { readWords } from '../words/lists.ts';
import type { Essay, Sentence } from './essay.ts';
import { type Draft, draft, locate } from './item.ts';

type Claim = 'date' | 'figure' | 'superlative' | 'name';

const CLAIM_LIMIT = 15;

const LABELS: Readonly<Record<Claim, string>> = {
  date: 'ஆண்டு அல்லது தேதி',
  figure: 'எண் அல்லது அளவு',
  superlative: 'உச்சநிலைக் கூற்று',
  name: 'ஒருவர் அல்லது நூலின் பெயரோடு சொல்லப்பட்ட செய்தி',
};

const ADVICE: Readonly<Record<Claim, string>> = {
  date: 'இந்த ஆண்டு அல்லது தேதி எந்த நூலில், ஆவணத்தில் உள்ளது என்று குறிப்பிடுங்கள்.',
  figure: 'இந்த எண் எந்த அறிக்கையில், எந்த ஆண்டில் வெளியானது என்று குறிப்பிடுங்கள்.',
  superlative: '‘மிகப் பெரிய’, ‘முதல்’ போன்ற கூற்றுக்கு எதனோடு ஒப்பிட்டீர்கள், யார் சொன்னது என்று குறிப்பிடுங்கள்.',
  name: 'இவர் இதைச் சொன்னதை அல்லது செய்ததை எந்த நூலில் படித்தீர்கள் என்று குறிப்பிடுங்கள்.',
};

const MONTHS = new Set(readWords('critique/months'));
const DATE_WORDS = new Set(['கிமு', 'கிபி', 'நூற்றாண்டு', 'நூற்றாண்டில்', 'நூற்றாண்டின்']);
const FIGURE_WORDS = new Set(readWords('critique/figures'));
const SUPERLATIVES = new Set(readWords('critique/superlatives'));
const AFTER_MOST = new Set(readWords('critique/after-most'));
const NAME_WORDS = new Set(readWords('critique/names'));
const NAME_TITLES = new Set(readWords('critique/titles'));
const SOURCE_WORDS = readWords('critique/sources');

const CLAIM_ORDER: readonly Claim[] = ['date', 'figure', 'superlative', 'name'];

/** What kinds of claim a sentence makes that a reader could ask a source for. */
const claimsOf = (sentence: Sentence): Claim[] => {
  const found = new Set<Claim>();
  const digits = digitRuns(sentence.text);
  if (digits.some((run) => /^(?:1[0-9]|20)\d\d$/.test(run))) found.add('date');
  if (digits.some((run) => !/^(?:1[0-9]|20)\d\d$/.test(run))) found.add('figure');
  sentence.words.forEach(({ raw }, index) => {
    const next = sentence.words[index + 1]?.raw ?? '';
    if (MONTHS.has(raw) && digits.length > 0) found.add('date');
    if (DATE_WORDS.has(raw)) found.add('date');
    if (FIGURE_WORDS.has(raw)) found.add('figure');
    if (SUPERLATIVES.has(raw) || (/^மிக[ச்ப்த்க்]*$/.test(raw) && AFTER_MOST.has(next))) found.add('superlative');
    if (NAME_WORDS.has(raw) || NAME_TITLES.has(raw)) found.add('name');
  });
  if (/["“‘]/.test(sentence.text)) found.delete('name');
  return CLAIM_ORDER.filter((claim) => found.has(claim));
};

/** Runs of digits, leaving out a list number at the start of the sentence. */
const digitRuns = (text: string): string[] => {
  const body = text.replace(/^\s*\(?\d{1,2}[.)]\s/, '');
  return body.match(/[0-9௦-௯]+/g) ?? [];
};

const namesSource = (sentence: Sentence): boolean =>
  sentence.text.includes('http') ||
  sentence.words.some(({ raw }) =>
    SOURCE_WORDS.some((word) => raw === word || (raw.length > word.length + 2 && raw.endsWith(`ின்${word}`))),
  );

/** Sentences that claim something a reader could check. Nothing is verified here, and every item says so. */
export const facts = (essay: Essay): { summary: string; items: Draft[] } => {
  const claims = essay.sentences
    .map((sentence) => ({ sentence, kinds: claimsOf(sentence) }))
    .filter(({ kinds }) => kinds.length > 0);
  const items = claims.slice(0, CLAIM_LIMIT).map(({ sentence, kinds }) => claimItem(essay, sentence, kinds));
  return { summary: summary(claims.length, items.length), items };
};

const summary = (all: number, shown: number): string => {
  if (all === 0)
    return 'எண், ஆண்டு, பெயர், உச்சநிலைக் கூற்று ஆகியவை கொண்ட வாக்கியம் எதுவும் காணப்படவில்லை. பிற செய்திகளின் உண்மையை இந்த ஆய்வால் கூற இயலாது.';
  const more = all > shown ? ` முதல் ${shown} இங்கே காட்டப்பட்டுள்ளன.` : '';
  return `சான்று தேவைப்படும் வாக்கியங்கள்: ${all}.${more} அவற்றின் உண்மை சரிபார்க்கப்படவில்லை: இணையமோ நூலகமோ இன்றிச் செய்யப்பட்ட ஆய்வு இது.`;
};

const claimItem = (essay: Essay, sentence: Sentence, kinds: readonly Claim[]): Draft => {
  const [first = 'figure'] = kinds;
  const sourced = namesSource(sentence);
  return draft({
    category: `claim-${first}`,
    severity: sourced ? 'low' : 'medium',
    title: `சரிபார்க்க வேண்டியது: ${kinds.map((kind) => LABELS[kind]).join(', ')}`,
    description: sourced
      ? 'இந்த வாக்கியம் ஒரு சான்றைச் சுட்டுகிறது; அந்தச் சான்றைத் திறந்து செய்தி அதில் அப்படியே உள்ளதா என்று உறுதி செய்யுங்கள்.'
      : `இந்த வாக்கியத்துக்குச் சான்று தரப்படவில்லை. ${ADVICE[first]}`,
    location: locate(essay, sentence),
    badge: 'unverified',
  });
};

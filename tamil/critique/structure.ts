import { readWords } from '../words/lists.ts';
import type { Essay, Paragraph } from './essay.ts';
import { type Draft, draft, locate, opening } from './item.ts';

/** Words that tie a sentence to the one before. */
export const CONNECTIVES = new Set(readWords('critique/connectives'));

const CONCLUDING = new Set(readWords('critique/concluding'));

const SHORT_ESSAY = 60;
const LONG_WITHOUT_PARAGRAPHS = 80;
const HEAVY_SHARE = 0.5;
const HEAVY_WORDS = 100;
const THIN_WORDS = 12;
const THIN_LIMIT = 3;

/** Paragraphs and their parts, and how the sentences are tied together. */
export const structure = (essay: Essay): { summary: string; items: Draft[] } => {
  const paragraphs = essay.paragraphs.filter(({ role }) => role !== 'title');
  const items = [
    ...extent(essay, paragraphs),
    ...ends(essay, paragraphs),
    ...balance(essay, paragraphs),
    ...ties(essay),
  ];
  return { summary: summary(essay, paragraphs), items };
};

const summary = (essay: Essay, paragraphs: readonly Paragraph[]): string => {
  const body = paragraphs.filter(({ role }) => role === 'body').length;
  const parts = [
    `பத்திகள்: ${paragraphs.length}; வாக்கியங்கள்: ${essay.sentences.length}; சொற்கள்: ${essay.wordCount}.`,
  ];
  if (paragraphs.length > 2)
    parts.push(`முதல் பத்தி முன்னுரை, கடைசிப் பத்தி முடிவுரை, இடையில் ${body} பத்திகள் உடல் எனக் கொள்ளப்பட்டது.`);
  const used = connectives(essay);
  parts.push(
    used.length === 0
      ? 'வாக்கியங்களை இணைக்கும் சொற்கள் காணப்படவில்லை.'
      : `இணைப்புச் சொற்கள் ${used.length} இடங்களில் வந்துள்ளன.`,
  );
  return parts.join(' ');
};

const connectives = (essay: Essay): string[] =>
  essay.sentences.flatMap(({ words }) =>
    words
      .slice(0, 3)
      .map(({ raw }) => raw)
      .filter((word) => CONNECTIVES.has(word))
      .slice(0, 1),
  );

const extent = (essay: Essay, paragraphs: readonly Paragraph[]): Draft[] => {
  if (essay.wordCount < SHORT_ESSAY) {
    return [
      draft({
        category: 'length',
        severity: 'high',
        title: 'கட்டுரை மிகச் சிறியது',
        description: `கட்டுரையில் உள்ள சொற்கள்: ${essay.wordCount}. முன்னுரை, கருத்தை விளக்கும் பத்திகள், முடிவுரை என்று மூன்று பகுதிகளாவது அமையும்படி எழுதுங்கள்; ஒவ்வொரு கருத்துக்கும் ஒரு சான்று சேருங்கள்.`,
      }),
    ];
  }
  const [only] = paragraphs;
  if (paragraphs.length > 1 || only === undefined || essay.wordCount < LONG_WITHOUT_PARAGRAPHS) return [];
  return [
    draft({
      category: 'paragraphs',
      severity: 'high',
      title: 'பத்திகள் பிரிக்கப்படவில்லை',
      description: `${essay.wordCount} சொற்களும் ஒரே பத்தியில் உள்ளன. கருத்து மாறும் இடத்தில் புதிய பத்தியைத் தொடங்குங்கள்: அறிமுகம் ஒரு பத்தி, ஒவ்வொரு கருத்துக்கும் ஒரு பத்தி, முடிவு ஒரு பத்தி.`,
      location: locate(essay, only),
    }),
  ];
};

const ends = (essay: Essay, paragraphs: readonly Paragraph[]): Draft[] => {
  const first = paragraphs[0];
  const last = paragraphs.at(-1);
  if (first === undefined || last === undefined || essay.wordCount < SHORT_ESSAY || paragraphs.length < 2)
    return [];
  const items: Draft[] = [];
  if (paragraphs.length > 2 && first.wordCount > essay.wordCount * 0.4) {
    items.push(
      draft({
        category: 'introduction',
        severity: 'medium',
        title: 'முன்னுரை நீளமாக உள்ளது',
        description: `முதல் பத்தியில் ${first.wordCount} சொற்கள்; இது கட்டுரையில் ஏறத்தாழ ${Math.round((100 * first.wordCount) / essay.wordCount)} விழுக்காடு. முன்னுரையில் தலைப்பையும் சொல்லப்போவதையும் மட்டும் அறிமுகப்படுத்தி, விளக்கத்தை அடுத்த பத்திகளுக்கு மாற்றுங்கள்.`,
        location: locate(essay, first),
      }),
    );
  }
  const concludes = last.sentences.some(({ words }) => words.some(({ raw }) => CONCLUDING.has(raw)));
  if (!concludes) {
    items.push(
      draft({
        category: 'conclusion',
        severity: 'medium',
        title: 'முடிவுரை தெளிவாகத் தெரியவில்லை',
        description:
          'கடைசிப் பத்தியில் கருத்துகளைத் தொகுக்கும் சொல் எதுவும் இல்லை. ‘எனவே’, ‘இவ்வாறு’, ‘நிறைவாக’ போன்ற சொல்லோடு தொடங்கி, சொன்னவற்றின் சாரத்தையும் உங்கள் முடிவையும் ஒன்றிரண்டு வாக்கியங்களில் கூறுங்கள்.',
        location: locate(essay, last),
      }),
    );
  }
  return items;
};

const balance = (essay: Essay, paragraphs: readonly Paragraph[]): Draft[] => {
  if (paragraphs.length < 3) return [];
  const body = paragraphs.filter(({ role }) => role === 'body');
  const heavy = body
    .filter(({ wordCount }) => wordCount > HEAVY_WORDS && wordCount > essay.wordCount * HEAVY_SHARE)
    .map((paragraph) =>
      draft({
        category: 'balance',
        severity: 'medium',
        title: 'ஒரு பத்தி மட்டும் மிக நீளம்',
        description: `இந்தப் பத்தியில் மட்டும் ${paragraph.wordCount} சொற்கள் உள்ளன. இதிலுள்ள கருத்துகளை இரண்டு அல்லது மூன்று பத்திகளாகப் பிரியுங்கள்.`,
        location: locate(essay, paragraph),
      }),
    );
  const thin = body
    .filter(({ wordCount, sentences }) => wordCount < THIN_WORDS && sentences.length === 1)
    .filter(({ from, to }) => !essay.verses.some((verse) => verse.from < to && verse.to > from))
    .slice(0, THIN_LIMIT)
    .map((paragraph) =>
      draft({
        category: 'balance',
        severity: 'low',
        title: 'பத்தி ஒரே வாக்கியத்தில் முடிகிறது',
        description:
          'இந்தக் கருத்தை ஒரு விளக்கம் அல்லது சான்று கொண்டு வளர்த்து எழுதுங்கள்; இல்லையென்றால் முந்தைய பத்தியோடு சேருங்கள்.',
        location: locate(essay, paragraph),
      }),
    );
  return [...heavy, ...thin];
};

const MANY_SENTENCES = 8;
const SAME_CONNECTIVE = 4;

const ties = (essay: Essay): Draft[] => {
  const used = connectives(essay);
  if (essay.sentences.length >= MANY_SENTENCES && used.length === 0) {
    return [
      draft({
        category: 'connectives',
        severity: 'medium',
        title: 'வாக்கியங்களுக்கு இடையே இணைப்பு இல்லை',
        description:
          'எந்த வாக்கியமும் முந்தையதோடு இணைப்புச் சொல்லால் பிணைக்கப்படவில்லை. காரணத்துக்கு ‘ஏனெனில்’, விளைவுக்கு ‘எனவே’, மாறான கருத்துக்கு ‘ஆனால்’, கூடுதல் கருத்துக்கு ‘மேலும்’ என்று பொருளுக்கு ஏற்ற சொல்லைச் சேருங்கள்.',
      }),
    ];
  }
  const counts = new Map<string, number>();
  for (const word of used) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= SAME_CONNECTIVE && count > used.length / 2)
    .map(([word, count]) => {
      const at = essay.sentences.filter(({ words }) => words.slice(0, 3).some(({ raw }) => raw === word))[
        SAME_CONNECTIVE - 1
      ];
      return draft({
        category: 'connectives',
        severity: 'low',
        title: `‘${word}’ என்னும் இணைப்புச் சொல் மீண்டும் மீண்டும் வருகிறது`,
        description: `${count} வாக்கியங்கள் இதே சொல்லைக் கொண்டு தொடங்குகின்றன${at === undefined ? '' : ` (எ.கா. ‘${opening(at.text)}’)`}. சில இடங்களில் பொருளுக்கு ஏற்ற வேறு இணைப்புச் சொல்லைப் பயன்படுத்துங்கள்.`,
        location: at === undefined ? null : locate(essay, at),
      });
    });
};

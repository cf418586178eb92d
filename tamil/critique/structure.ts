import { touches } from '../masks/find-masks.ts';
import { compile, readPattern } from '../proofread/word-pattern.ts';
import { readWords } from '../words/lists.ts';
import type { Essay, Paragraph } from './essay.ts';
import { type Draft, draft, type Part } from './item.ts';
import { tellsStory } from './quotations.ts';
import { connectives, ties } from './ties.ts';
import { counted } from './wording.ts';

const CONCLUDING = new Set(readWords('critique/concluding'));
/** செய்வோம், காப்போம், மலரட்டும்: a call that a conclusion ends with. */
const isCall = compile(readPattern('critique/calls'));

const SHORT_ESSAY = 60;
const LONG_WITHOUT_PARAGRAPHS = 80;
const HEAVY_SHARE = 0.5;
const HEAVY_WORDS = 100;
const THIN_WORDS = 12;
const THIN_LIMIT = 3;

/** Paragraphs and their parts, and how the sentences are tied together. */
export const structure = (essay: Essay): Part => ({
  summary: summary(essay),
  items: [...extent(essay), ...ends(essay), ...balance(essay), ...ties(essay)],
});

const summary = (essay: Essay): string => {
  const { paragraphs, sentences, wordCount, headings, named } = essay;
  const parts = [`பத்திகள்: ${paragraphs.length}; வாக்கியங்கள்: ${sentences.length}; சொற்கள்: ${wordCount}.`];
  if (headings.length > 0) parts.push(`தலைப்புகள்: ${headings.length}.`);
  if (essay.isLetter) parts.push('கடிதமாகக் கொள்ளப்பட்டதால் முன்னுரையும் முடிவுரையும் தேடப்படவில்லை.');
  else if (named.has('introduction') && named.has('conclusion'))
    parts.push('முன்னுரையும் முடிவுரையும் தலைப்புகளால் அறியப்பட்டன.');
  else if (paragraphs.length > 2 && named.size === 0)
    parts.push('முதல் பத்தி முன்னுரையாகவும் கடைசிப் பத்தி முடிவுரையாகவும் கொள்ளப்பட்டன.');
  const used = connectives(essay).length;
  parts.push(
    used === 0
      ? 'வாக்கியங்களை இணைக்கும் சொற்கள் காணப்படவில்லை.'
      : counted(used, 'இணைப்புச் சொல் ஓர் இடத்தில் வந்துள்ளது.', 'இடங்களில் இணைப்புச் சொற்கள் வந்துள்ளன.'),
  );
  return parts.join(' ');
};

const extent = (essay: Essay): Draft[] => {
  if (essay.isLetter) return [];
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
  const [only] = essay.paragraphs;
  if (essay.paragraphs.length > 1 || only === undefined || only.wordCount < LONG_WITHOUT_PARAGRAPHS)
    return [];
  return [
    draft({
      category: 'paragraphs',
      severity: 'high',
      title: 'பத்திகள் பிரிக்கப்படவில்லை',
      description: `${only.wordCount} சொற்களும் ஒரே பத்தியில் உள்ளன. கருத்து மாறும் இடத்தில் புதிய பத்தியைத் தொடங்குங்கள்: அறிமுகம் ஒரு பத்தி, ஒவ்வொரு கருத்துக்கும் ஒரு பத்தி, முடிவு ஒரு பத்தி.`,
      at: only,
    }),
  ];
};

const ends = (essay: Essay): Draft[] => {
  const { paragraphs, wordCount } = essay;
  if (essay.isLetter || wordCount < SHORT_ESSAY || paragraphs.length < 2) return [];
  return [...introduction(essay), ...conclusion(essay)];
};

const introduction = (essay: Essay): Draft[] => {
  const introducing = essay.paragraphs.filter(({ role }) => role === 'introduction');
  const [first] = introducing;
  const words = introducing.reduce((sum, paragraph) => sum + paragraph.wordCount, 0);
  if (first === undefined || essay.paragraphs.length < 3 || words <= essay.wordCount * 0.4) return [];
  return [
    draft({
      category: 'introduction',
      severity: 'medium',
      title: 'முன்னுரை நீளமாக உள்ளது',
      description: `முன்னுரையில் ${words} சொற்கள் உள்ளன; இது கட்டுரையில் ஏறத்தாழ ${Math.round((100 * words) / essay.wordCount)} விழுக்காடு. முன்னுரையில் தலைப்பையும் சொல்லப்போவதையும் மட்டும் அறிமுகப்படுத்தி, விளக்கத்தை அடுத்த பத்திகளுக்கு மாற்றுங்கள்.`,
      at: first,
    }),
  ];
};

const concludes = ({ sentences }: Paragraph): boolean =>
  sentences.some(({ words }) => words.some(({ form }) => CONCLUDING.has(form) || isCall(form)));

const conclusion = (essay: Essay): Draft[] => {
  const last = essay.paragraphs.at(-1);
  // A story ends where it ends.
  if (last === undefined || essay.named.has('conclusion') || concludes(last) || tellsStory(essay)) return [];
  return [
    draft({
      category: 'conclusion',
      severity: 'medium',
      title: 'முடிவுரை தெளிவாகத் தெரியவில்லை',
      description:
        'கடைசிப் பத்தியில் ‘எனவே’, ‘இவ்வாறு’ போன்ற தொகுப்புச் சொல்லோ ‘வேண்டும்’, ‘செய்வோம்’ என்பன போன்ற முடிவோ காணப்படவில்லை. சொன்னவற்றின் சாரத்தையும் உங்கள் முடிவையும் ஒன்றிரண்டு வாக்கியங்களில் கூறி முடியுங்கள்.',
      at: last,
    }),
  ];
};

const balance = (essay: Essay): Draft[] => {
  const { paragraphs } = essay;
  if (paragraphs.length < 3) return [];
  const body = paragraphs.filter(({ role, listed }) => role === 'body' && !listed);
  const heavy = body
    .filter(({ wordCount }) => wordCount > HEAVY_WORDS && wordCount > essay.wordCount * HEAVY_SHARE)
    .map((paragraph) =>
      draft({
        category: 'balance',
        severity: 'medium',
        title: 'ஒரு பத்தி மட்டும் மிக நீளம்',
        description: `இந்தப் பத்தியில் மட்டும் ${paragraph.wordCount} சொற்கள் உள்ளன. இதிலுள்ள கருத்துகளை இரண்டு அல்லது மூன்று பத்திகளாகப் பிரியுங்கள்.`,
        at: paragraph,
      }),
    );
  return [...heavy, ...thin(essay, body)];
};

/** Speech, and what announces a list, may stand alone. */
const STANDS_ALONE = /^[“"‘«]|[:：]$/u;

const thin = (essay: Essay, body: readonly Paragraph[]): Draft[] => {
  if (essay.isLetter) return [];
  return (
    body
      .filter(({ wordCount, sentences }) => wordCount < THIN_WORDS && sentences.length === 1)
      .filter(({ sentences }) => !STANDS_ALONE.test(sentences[0]?.text ?? ''))
      // A line that gives an address is none that could be drawn out.
      .filter(({ from, to }) => !touches(essay.masks, from, to))
      .slice(0, THIN_LIMIT)
      .map((paragraph) =>
        draft({
          category: 'balance',
          severity: 'low',
          title: 'பத்தி ஒரே வாக்கியத்தில் முடிகிறது',
          description:
            'இந்தக் கருத்தை ஒரு விளக்கம் அல்லது சான்று கொண்டு வளர்த்து எழுதுங்கள்; இல்லையென்றால் முந்தைய பத்தியோடு சேருங்கள்.',
          at: paragraph,
        }),
      )
  );
};

import { type FindOptions, findIssues } from '../proofread/find-issues.ts';
import type { Finding } from '../proofread/finding.ts';
import { letterCount } from '../text/letters.ts';
import { readWords } from '../words/lists.ts';
import { countWords, type Essay, type Sentence } from './essay.ts';
import { type Draft, draft, locate } from './item.ts';
import { CONNECTIVES } from './structure.ts';

/** A Tamil word carries what takes English two: sentences past 20 words are hard to follow. */
const LONG = 20;
const VERY_LONG = 30;
const LONG_LIMIT = 6;
const SPOKEN_LIMIT = 6;
const WRITING_LIMIT = 8;
const REPEATED_LIMIT = 4;

/** How clearly the sentences read: their length, repetition, spoken forms and slips of writing. */
export const clarity = (essay: Essay, options: FindOptions = {}): { summary: string; items: Draft[] } => {
  const lengths = essay.sentences.map(({ text }) => countWords(text));
  const issues = findIssues(essay.text, options);
  const spoken = issues.filter(({ rule }) => rule.startsWith('colloquial/'));
  const slips = issues.filter(({ rule }) => !rule.startsWith('colloquial/'));
  const items = [
    ...longSentences(essay, lengths),
    ...repeatedWords(essay),
    ...repeatedOpenings(essay),
    ...spoken.slice(0, SPOKEN_LIMIT).map((issue) => spokenForm(essay, issue)),
    ...worst(slips).map((issue) => slip(essay, issue)),
  ];
  return { summary: summary(essay, lengths, spoken.length, slips.length), items };
};

const summary = (essay: Essay, lengths: readonly number[], spoken: number, slips: number): string => {
  if (lengths.length === 0) return 'வாக்கியம் எதுவும் காணப்படவில்லை.';
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const long = lengths.filter((length) => length > LONG).length;
  const parts = [
    `ஒரு வாக்கியத்துக்குச் சராசரியாக ${(total / lengths.length).toFixed(1)} சொற்கள்; மிகக் குறுகியது ${Math.min(...lengths)}, மிக நீண்டது ${Math.max(...lengths)} சொற்கள்.`,
  ];
  if (long > 0) parts.push(`${LONG} சொற்களைத் தாண்டிய வாக்கியங்கள்: ${long}.`);
  if (spoken > 0) parts.push(`பேச்சு வழக்குச் சொற்கள்: ${spoken}.`);
  if (essay.words.length === 0) return `${parts.join(' ')} தமிழ்ச் சொல் இல்லாததால் எழுத்துப் பிழைகள் ஆராயப்படவில்லை.`;
  parts.push(
    slips > 0
      ? `எழுத்து, சந்தி, இலக்கணம் ஆகியவற்றில் திருத்த வேண்டியவை: ${slips}.`
      : 'விதிகளால் கண்டறியக்கூடிய எழுத்துப் பிழைகள் காணப்படவில்லை.',
  );
  return parts.join(' ');
};

const longSentences = (essay: Essay, lengths: readonly number[]): Draft[] =>
  essay.sentences
    .map((sentence, index) => ({ sentence, length: lengths[index] ?? 0 }))
    .filter(({ length }) => length > LONG)
    .sort((a, b) => b.length - a.length)
    .slice(0, LONG_LIMIT)
    .sort((a, b) => a.sentence.from - b.sentence.from)
    .map(({ sentence, length }) =>
      draft({
        category: 'sentence-length',
        severity: length > VERY_LONG ? 'high' : 'medium',
        title: `நீண்ட வாக்கியம்: ${length} சொற்கள்`,
        description: `இந்த வாக்கியம் ${length} சொற்கள் கொண்டது. ${breakingPoint(sentence)} ஒரு வாக்கியத்தில் ஒரு கருத்து என்று பிரித்து எழுதினால் படிப்பவருக்கு எளிதாகப் புரியும்.`,
        location: locate(essay, sentence),
      }),
    );

const JOINTS = new Set(readWords('critique/joints'));

const breakingPoint = (sentence: Sentence): string => {
  const joint = sentence.words.slice(4, -4).find(({ raw }) => JOINTS.has(raw));
  return joint === undefined
    ? 'வினையெச்சம் வரும் இடத்தில் வாக்கியத்தை முடிக்க முடியுமா என்று பாருங்கள்.'
    : `‘${joint.raw}’ வரும் இடத்தில் இரண்டாகப் பிரிக்கலாம்.`;
};

const STOP_WORDS = new Set(readWords('critique/stop-words'));

const repeatedWords = (essay: Essay): Draft[] => {
  const places = new Map<string, number[]>();
  essay.words.forEach(({ raw }, index) => {
    if (letterCount(raw) < 3 || STOP_WORDS.has(raw) || CONNECTIVES.has(raw)) return;
    const list = places.get(raw);
    if (list === undefined) places.set(raw, [index]);
    else list.push(index);
  });
  return [...places]
    .filter(([, list]) => list.length >= 5 && list.length > essay.words.length * 0.03)
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, REPEATED_LIMIT)
    .flatMap(([raw, list]) => {
      const word = essay.words[list[2] ?? 0];
      if (word === undefined) return [];
      return draft({
        category: 'repetition',
        severity: 'low',
        title: `‘${raw}’ என்னும் சொல் ${list.length} முறை வந்துள்ளது`,
        description:
          'அடுத்தடுத்து வரும் இடங்களில் சுட்டுப் பெயரோ அதே பொருள் தரும் வேறு சொல்லோ பயன்படுத்தினால் நடை சலிப்பூட்டாது. தலைப்புச் சொல்லாக இருந்தால் இப்படியே விடலாம்.',
        location: locate(essay, { from: word.start, to: word.end }),
      });
    });
};

const repeatedOpenings = (essay: Essay): Draft[] => {
  let run = 1;
  for (let i = 1; i < essay.sentences.length; i++) {
    const sentence = essay.sentences[i];
    const first = sentence?.words[0]?.raw;
    run = first !== undefined && first === essay.sentences[i - 1]?.words[0]?.raw ? run + 1 : 1;
    if (run < 3 || sentence === undefined) continue;
    return [
      draft({
        category: 'repetition',
        severity: 'low',
        title: `மூன்று வாக்கியங்கள் தொடர்ந்து ‘${first}’ என்று தொடங்குகின்றன`,
        description: 'ஒரு வாக்கியத்தில் சொற்களின் வரிசையை மாற்றியோ இரண்டு வாக்கியங்களை இணைத்தோ எழுதுங்கள்.',
        location: locate(essay, sentence),
      }),
    ];
  }
  return [];
};

const spokenForm = (essay: Essay, issue: Finding): Draft =>
  draft({
    category: 'spoken-form',
    severity: 'medium',
    title: 'பேச்சு வழக்குச் சொல்',
    description: issue.message,
    location: locate(essay, { from: issue.start, to: issue.end }),
    suggestion: { text: issue.suggestion, canAutoApply: true, meaningMayChange: false },
  });

const RANK = { high: 0, medium: 1, low: 2 } as const;

const worst = (issues: readonly Finding[]): Finding[] =>
  [...issues]
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.start - b.start)
    .slice(0, WRITING_LIMIT)
    .sort((a, b) => a.start - b.start);

const slip = (essay: Essay, issue: Finding): Draft =>
  draft({
    category: issue.rule.startsWith('sandhi/') ? 'sandhi' : 'writing',
    severity: issue.severity,
    title: issue.rule.startsWith('sandhi/') ? 'சந்திப் பிழை' : 'எழுத்து அல்லது இலக்கணப் பிழை',
    description: issue.message,
    location: locate(essay, { from: issue.start, to: issue.end }),
    suggestion: { text: issue.suggestion, canAutoApply: issue.certain, meaningMayChange: false },
  });

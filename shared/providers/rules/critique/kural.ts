import type { Essay, Range } from './essay.ts';
import { type Draft, draft, locate } from './item.ts';
import { VERSES } from './verses.ts';

/** Words a verse must share with the essay before the rest is compared. */
const ANCHOR = 2;
/** How far a quotation may stray from the verse and still be taken for it, in letters of 100. */
const TOLERANCE = 0.15;

const lettersOf = (text: string): string => text.normalize('NFC').replace(/[^\u0b80-\u0bff]/g, '');

interface Verse {
  readonly number: number;
  readonly text: string;
  readonly letters: string;
}

const verses: readonly Verse[] = [...VERSES].map(([number, text]) => ({
  number,
  text,
  letters: lettersOf(text),
}));

/** Verses by the first letters of their first words, where a reader of the essay would meet them. */
const byStart = new Map<string, Verse[]>();
for (const verse of verses) {
  const key = lettersOf(verse.text.split(' ').slice(0, ANCHOR).join(''));
  byStart.set(key, [...(byStart.get(key) ?? []), verse]);
}
const longestStart = Math.max(...[...byStart.keys()].map((key) => key.length));

export interface Recognised extends Range {
  readonly item: Draft;
}

/** Finds verses quoted whole, however their words are split, and tells those that stray from the text. */
export const recogniseKural = (essay: Essay): Recognised[] => {
  const found: Recognised[] = [];
  let until = 0;
  essay.words.forEach((word, index) => {
    if (word.start < until) return;
    const verse = startsAt(essay, index);
    if (verse === undefined) return;
    const match = compare(essay, index, verse);
    if (match === undefined) return;
    found.push(match);
    until = match.to;
  });
  return found;
};

const startsAt = (essay: Essay, index: number): Verse | undefined => {
  let letters = '';
  for (let i = index; i < index + ANCHOR + 2 && letters.length <= longestStart; i++) {
    letters += lettersOf(essay.words[i]?.raw ?? '');
    const [verse] = byStart.get(letters) ?? [];
    if (verse !== undefined) return verse;
  }
  return undefined;
};

const compare = (essay: Essay, index: number, verse: Verse): Recognised | undefined => {
  let letters = '';
  let best: { to: number; distance: number } | undefined;
  for (let i = index; i < index + 14; i++) {
    const word = essay.words[i];
    if (word === undefined) break;
    letters += lettersOf(word.raw);
    if (letters.length > verse.letters.length * 1.2) break;
    if (letters.length < verse.letters.length * 0.8) continue;
    const distance = editDistance(letters, verse.letters);
    if (best === undefined || distance < best.distance) best = { to: word.end, distance };
  }
  if (best === undefined || best.distance > verse.letters.length * TOLERANCE) return undefined;
  const from = essay.words[index]?.start ?? 0;
  return { from, to: best.to, item: itemOf(essay, { from, to: best.to }, verse, best.distance) };
};

/** Doubled letters at the joint of two words come and go with the way the words are split. */
const SPLITTING = 2;

const itemOf = (essay: Essay, range: Range, verse: Verse, distance: number): Draft => {
  const source = { sourceUrl: null, sourceTitle: `திருக்குறள் ${verse.number}` };
  if (distance <= SPLITTING) {
    return draft({
      category: 'kural',
      severity: 'low',
      title: `திருக்குறள் ${verse.number}`,
      description: `இந்தக் குறளின் பாடம் சரியாக உள்ளது; குறள் எண் ${verse.number} என்று மேற்கோளோடு குறிப்பிடுங்கள்.`,
      location: locate(essay, range),
      badge: 'verified',
      ...source,
    });
  }
  return draft({
    category: 'kural',
    severity: 'high',
    title: `திருக்குறள் ${verse.number}: பாடம் வேறுபடுகிறது`,
    description: `மேற்கோள் குறள் ${verse.number}-இன் பாடத்திலிருந்து வேறுபடுகிறது. மூலம்: ‘${verse.text}’.`,
    location: locate(essay, range),
    suggestion: { text: verse.text, canAutoApply: false, meaningMayChange: true },
    badge: 'conflicting',
    ...source,
  });
};

/** Levenshtein distance in code units. Both texts are a verse long, so the cost is bounded. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

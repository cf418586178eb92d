import { letterCount } from '../text/letters.ts';
import type { Word } from '../text/tokenize.ts';
import { readWords } from '../words/lists.ts';
import type { Essay } from './essay.ts';
import { type Draft, draft } from './item.ts';
import { CONNECTIVES, connectives, overused } from './ties.ts';

const STOP_WORDS = new Set(readWords('critique/stop-words'));

const OFTEN = 6;
const OFTEN_SHARE = 0.04;
/** Words of a title are what an essay is about; their other forms begin alike. */
const STEM = 4;
const SAME_OPENING = 3;

/** Words that come again and again, and sentences that begin alike. */
export const repetition = (essay: Essay): Draft[] => [...repeatedWords(essay), ...repeatedOpenings(essay)];

const repeatedWords = ({ words, headings }: Essay): Draft[] => {
  const topics = topicsOf(words, headings);
  const places = new Map<string, Word[]>();
  for (const word of words) {
    const { form } = word;
    if (letterCount(form) < 3 || STOP_WORDS.has(form) || CONNECTIVES.has(form)) continue;
    if (topics.has(form.slice(0, STEM))) continue;
    const list = places.get(form);
    if (list === undefined) places.set(form, [word]);
    else list.push(word);
  }
  return [...places]
    .filter(([, list]) => list.length >= OFTEN && list.length > words.length * OFTEN_SHARE)
    .sort((a, b) => b[1].length - a[1].length)
    .map(([form, list]) =>
      draft({
        category: 'repetition',
        severity: 'low',
        title: `‘${form}’ என்னும் சொல் ${list.length} முறை வந்துள்ளது`,
        description:
          'அடுத்தடுத்து வரும் இடங்களில் சுட்டுப் பெயரோ அதே பொருள் தரும் வேறு சொல்லோ பயன்படுத்தினால் நடை சலிப்பூட்டாது. கட்டுரையின் மையப் பொருளாக இருந்தால் இப்படியே விடலாம்.',
        at: placeOf(list[2]),
      }),
    );
};

const placeOf = (word: Word | undefined): Draft['at'] =>
  word === undefined ? null : { from: word.start, to: word.end };

const topicsOf = (words: readonly Word[], headings: Essay['headings']): ReadonlySet<string> => {
  const topics = new Set<string>();
  let at = 0;
  for (const { from, to } of headings) {
    while ((words[at]?.start ?? from) < from) at++;
    for (let word = words[at]; word !== undefined && word.start < to; word = words[++at])
      topics.add(word.form.slice(0, STEM));
  }
  return topics;
};

/** The longest run of sentences that begin with the same word. Items of a list may. */
const repeatedOpenings = (essay: Essay): Draft[] => {
  const prose = essay.sentences.filter(({ listed }) => !listed);
  let [run, longest, last] = [1, 1, 0];
  for (let i = 1; i < prose.length; i++) {
    const first = prose[i]?.words[0]?.form;
    run = first !== undefined && first === prose[i - 1]?.words[0]?.form ? run + 1 : 1;
    if (run <= longest) continue;
    longest = run;
    last = i;
  }
  const third = prose[last - longest + SAME_OPENING];
  if (longest < SAME_OPENING || third === undefined) return [];
  // A connective that is overused is told of where the connectives are.
  const opening = third.words[0]?.form;
  if (overused(connectives(essay)).some(([connective]) => connective === opening)) return [];
  return [
    draft({
      category: 'repetition',
      severity: 'low',
      title: `அடுத்தடுத்த ${longest} வாக்கியங்கள் ‘${opening}’ என்று தொடங்குகின்றன`,
      description: 'ஒரு வாக்கியத்தில் சொற்களின் வரிசையை மாற்றியோ இரண்டு வாக்கியங்களை இணைத்தோ எழுதுங்கள்.',
      at: third,
    }),
  ];
};

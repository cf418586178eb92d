import { readFileSync } from 'node:fs';
import { findNearest } from '../tamil/lexicon/nearest.ts';
import { createStemLexicon, type StemLexicon } from '../tamil/lexicon/stem-lexicon.ts';

/**
 * Measures the lexicon on texts: `npm run lexicon -- FILE … [--unknown N]`. A file is plain text, or JSON lines with `text`
 * (and `kind: correct`, where it has kinds). Prints how many words are known, how often a misspelling of a known word is a known word too
 * (it could not be found), how often the word is the only known one near its misspelling (it could be corrected), and the time to build.
 */
const WORD = /[\u0b80-\u0be5]+/g;
const LIKE: Readonly<Record<string, string>> = { ண: 'ன', ன: 'ண', ல: 'ளழ', ள: 'லழ', ழ: 'லள', ர: 'ற', ற: 'ர' };
/** Letters that no writer mistakes there, since the cluster has no other: ண்ட, ன்ற, ற்ற. */
const FIXED = /(?:ண(?=்ட)|[னறண](?=்ற)|(?<=்)ற)/u;

const textsOf = (file: string): string[] => {
  const text = readFileSync(file, 'utf8');
  if (!file.endsWith('.jsonl')) return [text];
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { text: string; kind?: string })
    .filter(({ kind }) => kind === undefined || kind === 'correct')
    .map((item) => item.text);
};

const countWords = (files: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const text of files.flatMap(textsOf)) {
    for (const word of text.normalize('NFC').match(WORD) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
};

/** A word with one letter taken for its like, at each place. */
const misspellingsOf = (word: string): string[] => {
  const made = new Set<string>();
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? '';
    if (word[at - 1] === '்' && word[at - 2] === letter) continue;
    const twice = word[at + 1] === '்' && word[at + 2] === letter;
    if (FIXED.test(word.slice(at - 1, at + 3)) && FIXED.exec(word.slice(at - 1, at + 3))?.index === 1)
      continue;
    for (const other of LIKE[letter] ?? '') {
      made.add(
        twice
          ? `${word.slice(0, at)}${other}்${other}${word.slice(at + 3)}`
          : word.slice(0, at) + other + word.slice(at + 1),
      );
    }
  }
  return [...made];
};

const measureMisspellings = (lexicon: StemLexicon, words: Iterable<string>): Record<string, number> => {
  const tally = { made: 0, known: 0, corrected: 0, miscorrected: 0 };
  for (const word of words) {
    if (word.length < 5 || !lexicon.isKnownForm(word)) continue;
    for (const wrong of misspellingsOf(word)) {
      tally.made++;
      if (lexicon.isKnownForm(wrong)) {
        tally.known++;
        continue;
      }
      const [near, ...others] = findNearest(lexicon, wrong, ['letter']);
      if (near === undefined || others.length > 0) continue;
      if (near.word === word) tally.corrected++;
      else tally.miscorrected++;
    }
  }
  return tally;
};

const args = process.argv.slice(2);
const at = args.indexOf('--unknown');
const shown = at < 0 ? 0 : Number(args[at + 1]);
const files = at < 0 ? args : args.toSpliced(at, 2);
const cpu = process.cpuUsage();
const lexicon = createStemLexicon();
console.log('built in', process.cpuUsage(cpu).user / 1000, 'ms of processor time;', lexicon.automaton.size);

const counts = countWords(files);
const unknown = [...counts]
  .filter(([word]) => !lexicon.isKnownInSentence(word))
  .sort(([, a], [, b]) => b - a);
const sum = (entries: Iterable<[string, number]>): number =>
  [...entries].reduce((total, [, count]) => total + count, 0);
const total = sum(counts);
console.log('words', total, 'known', `${((100 * (total - sum(unknown))) / total).toFixed(1)} %`);
console.log('misspellings by ண ன, ல ள ழ, ர ற', measureMisspellings(lexicon, counts.keys()));
if (shown > 0)
  console.log(
    unknown
      .slice(0, shown)
      .map(([word, count]) => `${word} ${count}`)
      .join('\n'),
  );

import { formsOf } from '../tamil/lexicon/generate.ts';
import { readStems } from '../tamil/lexicon/stems.ts';
import { findIssues } from '../tamil/proofread/find-issues.ts';

/**
 * Measures the offline engine in processor time of one core: `node bench/tamil-throughput.ts`. Two texts: prose with a slip every few words,
 * which repeats itself as a long text does; and words of which none comes twice, one in eight misspelt, which nothing remembers. Fails
 * where the median of either is below 2 MB (UTF-8) of Tamil text a second.
 */
const PROSE = `தமிழ்நாட்டின் வடக்கு எல்லையில் ஒரு சிறிய ஊர் இருந்தது. அந்த ஊரில் வாழ்ந்த மக்கள் பயிர்த் தொழிலை நம்பி வாழ்ந்தார்கள்.
மழை பெய்யாத ஆண்டுகளில் அவர்கள் பக்கத்து ஊர்களுக்கு சென்று வேலை தேடினார்கள். ஒரு நாள் பள்ளி ஆசிரியர் ஒருவர் அங்கே வந்தார்.
அவர் குளத்தை தூர் வாரினால் தண்ணீர் தேங்கும் என எடுத்துரைத்தார். எல்லோரும் சேர்ந்து உழைத்தனர்; அடுத்த மழையில் குளம் நிரம்பியது.
அதற்க்கு பிறகு அந்த ஊரில் பசுமை திரும்பியது. நேர்மையான உழைப்பும் ஒற்றுமையும் எதையும் மாற்றும் என்பதை அவர்கள் உணர்ந்தார்கள்.
`;

const MEGABYTE = 1_000_000;
const RUNS = 9;
const REQUIRED = 2;
/** Words of a sentence. */
const SENTENCE = 8;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Texts of `size` bytes each, of forms of the lexicon that come once. The last word of a sentence has one letter taken for its like. */
const freshTexts = (count: number, size: number): string[] => {
  const forms = new Set<string>();
  for (const entry of readStems()) {
    let at = 0;
    for (const { word } of formsOf(entry)) if (at++ % 12 === 0 && word.length > 3) forms.add(word);
  }
  // One stem after the other would be no text: forms far apart stand side by side.
  const words = [...forms];
  const step = Math.floor(words.length / SENTENCE);
  const texts: string[] = [];
  let text = '';
  for (let at = 0; at < step && texts.length < count; at++) {
    const sentence = Array.from({ length: SENTENCE }, (_, nth) => words[nth * step + at] ?? '');
    const last = sentence
      .pop()
      ?.replace(/[லனர](?!.*[லனர])/u, (letter) => ({ ல: 'ள', ன: 'ண', ர: 'ற' })[letter] ?? letter);
    text += `${sentence.join(' ')} ${last}. `;
    if (bytesOf(text) < size) continue;
    texts.push(text);
    text = '';
  }
  return texts;
};

/** Megabytes a second of processor time, sorted. */
const measure = (texts: readonly string[]): number[] =>
  texts
    .map((text) => {
      const before = process.threadCpuUsage();
      findIssues(text);
      const { user, system } = process.threadCpuUsage(before);
      return bytesOf(text) / MEGABYTE / ((user + system) / MEGABYTE);
    })
    .sort((a, b) => a - b);

const report = (name: string, texts: readonly string[]): void => {
  const rates = measure(texts);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  console.log(
    `${name}: ${rates.length} texts of ${(bytesOf(texts[0] ?? '') / MEGABYTE).toFixed(1)} MB, median ${median.toFixed(1)} MB/s, slowest ${rates[0]?.toFixed(1)} MB/s`,
  );
  if (median < REQUIRED) {
    console.error(`${name}: below ${REQUIRED} MB/s`);
    process.exitCode = 1;
  }
};

const prose = PROSE.repeat(Math.ceil((2 * MEGABYTE) / bytesOf(PROSE)));
report('prose', Array<string>(RUNS).fill(prose));
report('words that come once', freshTexts(RUNS, 0.25 * MEGABYTE));

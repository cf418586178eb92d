import { findIssues } from '../tamil/proofread/find-issues.ts';

/**
 * Measures the offline engine in processor time of one core: `node bench/tamil-throughput.ts`. Fails below 2 MB (UTF-8) of Tamil text a second.
 * The text is prose with a slip every few words, so that the cost of reporting issues is in the figure.
 */
const PROSE = `தமிழ்நாட்டின் வடக்கு எல்லையில் ஒரு சிறிய ஊர் இருந்தது. அந்த ஊரில் வாழ்ந்த மக்கள் பயிர்த் தொழிலை நம்பி வாழ்ந்தார்கள்.
மழை பெய்யாத ஆண்டுகளில் அவர்கள் பக்கத்து ஊர்களுக்கு சென்று வேலை தேடினார்கள். ஒரு நாள் பள்ளி ஆசிரியர் ஒருவர் அங்கே வந்தார்.
அவர் குளத்தை தூர் வாரினால் தண்ணீர் தேங்கும் என எடுத்துரைத்தார். எல்லோரும் சேர்ந்து உழைத்தனர்; அடுத்த மழையில் குளம் நிரம்பியது.
அதற்க்கு பிறகு அந்த ஊரில் பசுமை திரும்பியது. நேர்மையான உழைப்பும் ஒற்றுமையும் எதையும் மாற்றும் என்பதை அவர்கள் உணர்ந்தார்கள்.
`;

const MEGABYTE = 1_000_000;
const RUNS = 9;
const REQUIRED = 2;

const bytesOf = (text: string): number => Buffer.byteLength(text);
const text = PROSE.repeat(Math.ceil((2 * MEGABYTE) / bytesOf(PROSE)));

const rates: number[] = [];
let issues = 0;
for (let run = 0; run < RUNS; run++) {
  const before = process.threadCpuUsage();
  issues = findIssues(text).length;
  const { user, system } = process.threadCpuUsage(before);
  rates.push(bytesOf(text) / MEGABYTE / ((user + system) / 1_000_000));
}
rates.sort((a, b) => a - b);
const slowest = rates[0] ?? 0;
const median = rates[Math.floor(RUNS / 2)] ?? 0;
console.log(
  `${(bytesOf(text) / MEGABYTE).toFixed(1)} MB, ${issues} issues: median ${median.toFixed(1)} MB/s, slowest ${slowest.toFixed(1)} MB/s of ${RUNS} runs`,
);
if (median < REQUIRED) {
  console.error(`below ${REQUIRED} MB/s`);
  process.exitCode = 1;
}

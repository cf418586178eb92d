import { describe, expect, it } from 'vitest';
import { concludeCritique, concludeProofread } from '../../../shared/analyses/conclude.ts';
import { SECTIONS } from '../../../shared/analyses/essay-critique.ts';
import { readIssues } from '../../../shared/providers/gemini/proofread.ts';
import { readCritique } from '../../../shared/providers/gemini/read-critique.ts';
import { cpuMs, longestTurnMs } from '../../support/cpu-time.ts';

/** A part as long as they come. */
const WORDS = ['அந்த', 'பையன்', 'பள்ளிக்கு', 'சென்றான்', 'அவன்', 'புத்தகம்', 'வாங்கினான்', 'மரம்'];
const PROSE = Array.from({ length: 1_000 }, (_, n) => WORDS[(n * n) % WORDS.length])
  .join(' ')
  .slice(0, 7_000);
const ONE_LETTER = 'அ'.repeat(7_000);
const words = PROSE.split(' ');

const ISSUES = 900;
const issues = (one: (n: number) => object) => ({
  issues: Array.from({ length: ISSUES }, (_, n) => ({
    type: 'spelling',
    severity: 'high',
    message: 'வல்லினம் மிகும்.',
    suggestion: 'அந்தப்',
    before: '',
    ...one(n),
  })),
});

/** What is allowed is 20 ms. The rest is for the collection of garbage and for code that runs for the first time. */
const ALLOWED_MS = 60;
/** It takes from 5 to 90 ms. */
const ALTOGETHER_MS = 1500;

describe('an answer of 900 issues does not stop the event loop', () => {
  it.each<[string, string, (n: number) => object]>([
    ['of the words', PROSE, (n) => ({ excerpt: words[n], before: `${words[n - 1] ?? ''} ` })],
    ['with all that stands before them', PROSE, (n) => ({ excerpt: 'மரம்', before: PROSE.slice(0, n * 7) })],
    ['of a letter that is everywhere', ONE_LETTER, (n) => ({ excerpt: 'அ', before: 'ஆ', start: n * 7 })],
    ['of runs of a letter', ONE_LETTER, (n) => ({ excerpt: 'அ'.repeat(1 + (n % 100)), before: 'ஆ' })],
    ['that all cut a letter in two', 'கா'.repeat(3_500), () => ({ excerpt: 'க' })],
    ['that are not there', PROSE, (n) => ({ excerpt: `${PROSE.slice(0, 300)}${n}` })],
    [
      'that are there when read loosely',
      PROSE.replaceAll(' ', '\u00a0 '),
      (n) => ({ excerpt: words.slice(n, n + 3).join(' ') }),
    ],
    ['that delete what is dispensable', PROSE, (n) => ({ excerpt: words[n], suggestion: '' })],
    ['that are none', PROSE, () => ({ excerpt: 7, suggestion: null })],
  ])('%s', async (_, text, one) => {
    const answer = issues(one);
    let found: Awaited<ReturnType<typeof readIssues>> = [];
    const before = process.threadCpuUsage();
    const longest = await longestTurnMs(async () => {
      found = await readIssues(answer, text).catch(() => []);
    });
    expect(longest).toBeLessThan(ALLOWED_MS);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(ALTOGETHER_MS);
    expect(cpuMs(() => concludeProofread(text, found))).toBeLessThan(ALLOWED_MS);
  });
});

it('of issues without end no more are looked at than a part can hold', async () => {
  const answer = {
    issues: Array.from({ length: 100_000 }, (_, n) => ({ excerpt: words[n % 900], suggestion: 'x' })),
  };
  expect(await longestTurnMs(() => readIssues(answer, PROSE))).toBeLessThan(ALLOWED_MS);
  expect((await readIssues(answer, PROSE)).length).toBeLessThanOrEqual(1_000);
});

it('an excerpt that is longer than the text is not looked for', async () => {
  const excerpt = 'அ '.repeat(400_000);
  expect(await longestTurnMs(() => readIssues({ issues: [{ excerpt, suggestion: 'x' }] }, 'அ'))).toBeLessThan(
    ALLOWED_MS,
  );
});

it('a critique of items without end, all of one id, does not stop the event loop', async () => {
  const item = (n: number) => ({
    id: 'same',
    category: 'எண்',
    severity: 'low',
    title: `தலைப்பு ${n}`,
    description: 'விளக்கம்',
    location: { excerpt: words[n % words.length] },
    suggestion: { text: 'அந்தப்', canAutoApply: true, meaningMayChange: false },
    badge: 'unverified',
    sourceUrl: 'https://example.org/',
    sourceTitle: null,
  });
  const section = { summary: 'நன்று', items: Array.from({ length: 20_000 }, (_, n) => item(n)) };
  const sections = Object.fromEntries(SECTIONS.map((name) => [name, section]));
  const safetyFlags = Array.from({ length: 20_000 }, () => ({
    itemId: 'same',
    type: 'unverified',
    message: 'ஏன்',
  }));
  const answer = { summary: 'நன்று', topFixes: Array(20_000).fill('ஒன்று'), sections, safetyFlags };
  let read: Awaited<ReturnType<typeof readCritique>> | undefined;
  const longest = await longestTurnMs(async () => {
    read = await readCritique(answer, PROSE, 0);
  });
  expect(longest).toBeLessThan(ALLOWED_MS);
  if (read === undefined) throw new Error('it was not read');
  const critique = read;
  expect(cpuMs(() => concludeCritique(PROSE, critique))).toBeLessThan(ALLOWED_MS);
  const items = SECTIONS.flatMap((name) => concludeCritique(PROSE, critique).sections[name].items);
  expect(new Set(items.map(({ id }) => id)).size).toBe(200);
});

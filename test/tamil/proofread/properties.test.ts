import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/accuracy/cases.ts';
import { essayCritiqueResult } from '../../../shared/analyses/essay-critique.ts';
import { proofreadIssue } from '../../../shared/analyses/proofread.ts';
import { critique } from '../../../tamil/critique/critique.ts';
import { isRight, isRightInSentence } from '../../../tamil/lexicon/rules-lexicon.ts';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';
import { corrected } from '../../support/corrected.ts';

const DIRECTORY = new URL('../cases/', import.meta.url);
const cases = readdirSync(DIRECTORY).flatMap((name) => readCases(new URL(name, DIRECTORY).pathname));

/** Pieces that meet in real texts, and a few that should not: words, signs without letters, emoji, other scripts. */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('அந்த', 'அந்தக்', 'காலம்', 'வீட்டுக்கு', 'போனான்', 'என', 'ஒரு', 'ஓர்', 'ஆடு', 'மரம்'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('முயற்ச்சி', 'வேன்டும்', 'அதுப்', 'பள்ளி', 'நான்', 'வந்தான்', 'நேத்து', 'என்று', 'என்று'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'க\u0bc6\u0bbe',
      'தூூ',
      'ள்்',
      '\u0bbe',
      '\u0bcd',
      '\u200c',
      '\u200d',
      '\u0bd7',
      'அவா்',
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ' ',
      ' ',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\t',
      '\u00a0',
      '. ',
      ', ',
      ' .',
      '"',
      '“',
      '”',
      "'",
      '(',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '👩‍👩‍👧',
      '👍🏽',
      '🇮🇳',
      'é',
      'e\u0301',
      '\u0301',
      'ABC',
      '12',
      '௧௨',
      'ക',
      '中',
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[\u0b80-\u0bff]{1,6}$/) },
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

describe('findIssues on any text', () => {
  it('gives valid ranges, sorted, without overlap, each with a change and a message', () => {
    fc.assert(
      fc.property(text, (source) => {
        let covered = 0;
        for (const issue of findIssues(source)) {
          proofreadIssue.parse(issue);
          expect(issue.start).toBeGreaterThanOrEqual(covered);
          expect(issue.end).toBeGreaterThan(issue.start);
          expect(issue.end).toBeLessThanOrEqual(source.length);
          expect(issue.suggestion).not.toBe('');
          expect(issue.suggestion).not.toBe(source.slice(issue.start, issue.end));
          covered = issue.end;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves everything that is not Tamil as it is, but for blanks and marks', () => {
    const foreign = (value: string): string => value.replace(/[\u0b80-\u0bff\u200b-\u200d\s.,;?!]/g, '');
    fc.assert(
      fc.property(text, (source) => {
        expect(foreign(corrected(source))).toBe(foreign(source));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds nothing new in what it has corrected, whatever sentences meet', () => {
    // The note on the form of the letters reaches to the next finding; behind that there may be another stretch.
    const found = (source: string) => findIssues(source).filter(({ rule }) => rule !== 'unicode/normal-form');
    for (const { text: source } of cases) expect(found(corrected(source)), source).toEqual([]);
    const sentences = fc.array(
      fc.tuple(fc.constantFrom(...cases.map((item) => item.text)), fc.constantFrom(' ', '\n', '\n\n', ' – ')),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(sentences, (pieces) => {
        const source = pieces.flat().join('');
        expect(found(corrected(source)), source).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('gives a sentence back as it was when one mistake is put into it', () => {
    const mistakes = cases.filter(
      ({ kind, corrections }) => kind === 'incorrect' && corrections?.length === 1,
    );
    let back = 0;
    for (const { text: source, start = 0, end = source.length, corrections = [] } of mistakes) {
      if (corrected(source) === source.slice(0, start) + corrections[0] + source.slice(end)) back++;
    }
    expect(back / mistakes.length).toBeGreaterThan(0.9);
  });

  it('gives a word back, or leaves it, when one letter is taken for its like', () => {
    const like: Readonly<Record<string, string>> = {
      ண: 'ன',
      ன: 'ண',
      ல: 'ளழ',
      ள: 'லழ',
      ழ: 'லள',
      ர: 'ற',
      ற: 'ர',
    };
    const words = new Set(
      cases
        .filter(({ kind }) => kind === 'correct')
        .flatMap(({ text: source }) => source.match(/[\u0b80-\u0bff]{8,}/g) ?? []),
    );
    const tally = { back: 0, left: 0, changed: [] as string[] };
    for (const word of [...words].filter((known) => isRight(known))) {
      for (const [at, letter] of [...word].entries()) {
        for (const other of like[letter] ?? '') {
          const wrong = word.slice(0, at) + other + word.slice(at + 1);
          if (isRightInSentence(wrong)) continue;
          const to = corrected(wrong);
          if (to === word) tally.back++;
          else if (to === wrong) tally.left++;
          else tally.changed.push(`${word} ${wrong} ${to}`);
        }
      }
    }
    const made = tally.back + tally.left + tally.changed.length;
    expect(made).toBeGreaterThan(1000);
    expect(tally.back / made).toBeGreaterThan(0.5);
    expect(tally.changed.length / made, tally.changed.join('\n')).toBeLessThan(0.01);
  });

  it('changes no word that the lexicon knows where nothing stands beside it', () => {
    const known = cases.flatMap(({ text: source }) => source.match(/[\u0b80-\u0bff]{6,}/g) ?? []);
    for (const word of new Set(known.filter((one) => isRight(one)))) {
      const rules = findIssues(word).map(({ rule }) => rule);
      expect(
        rules.filter((rule) => !/^(?:colloquial|spelling\/(?:usage|form))/.test(rule)),
        word,
      ).toEqual([]);
    }
  });

  it('keeps well-formed Unicode well-formed and says the same twice', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(corrected(source).isWellFormed()).toBe(source.isWellFormed());
        expect(findIssues(source)).toEqual(findIssues(source));
      }),
    );
  });

  it('finds only certain issues when asked to, and each of them in the full answer too', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(findIssues(source, { certainOnly: true }).every(({ certain }) => certain)).toBe(true);
      }),
    );
  });
});

describe('critique of any text', () => {
  it('satisfies the contract: unique ids, exact excerpts, flags of existing items', () => {
    fc.assert(
      fc.property(text, (source) => {
        const result = essayCritiqueResult.parse(critique(source));
        const items = Object.values(result.sections).flatMap((section) => section.items);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
        for (const { location } of items) {
          if (location !== null) expect(source.slice(location.from, location.to)).toBe(location.excerpt);
        }
        const unverified = items.filter(({ badge }) => badge === 'unverified').map(({ id }) => id);
        const flagged = result.safetyFlags
          .filter(({ type }) => type === 'unverified')
          .map(({ itemId }) => itemId);
        expect(flagged).toEqual(unverified);
      }),
      { numRuns: 1000 },
    );
  });
});

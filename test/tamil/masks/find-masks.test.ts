import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMasks, touches } from '../../../tamil/masks/find-masks.ts';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';

/** What is no prose, each with slips that the engine would mend in prose. */
const MASKED: readonly string[] = [
  'https://ta.example.org/wiki/முயற்ச்சி',
  'HTTPS://EXAMPLE.ORG/?சொல்=வேன்டும்&இடம்=ஊருக்கு#அதற்க்கு',
  'https://வேன்டும்.இந்தியா/நேத்து(ரொம்ப)',
  'ftp://கோப்பு.இலங்கை/நேத்து',
  'www.நேத்து.சிங்கப்பூர்',
  'example.com/நேத்து',
  'வேன்டும்.org',
  'நேத்து.இந்தியா',
  'localhost:8080/நேத்து',
  'mailto:நேத்து@example.org',
  'doi:10.1000/நேத்து',
  '10.1234/வேன்டும்.நேத்து',
  'நேத்து@வேன்டும்.இந்தியா',
  'வேன்டும்.txt',
  '/var/நேத்து/வேன்டும்',
  './நேத்து/படம்.png',
  '~/நேத்து',
  'docs/நேத்து/வேன்டும்',
  'நேத்து/வேன்டும்.pdf',
  'D:\\நேத்து\\வேன்டும்',
  '\\\\server\\நேத்து',
  '#நேத்து',
  '#அந்த_பாலம்',
  '@நேத்து',
  'வேன்டும்_நேத்து',
  '`அந்த பாலம் நேத்து`',
  '``அந்த ` பாலம்``',
  '```\nஅந்த பாலம்\nநேத்து\n```',
  '~~~\nஅந்த பாலம்\n~~~',
  '<code>அந்த பாலம்</code>',
  '<pre class="x">அந்த\nபாலம்</pre>',
  '<img alt="அந்த பாலம்" title=\'நேத்து > இன்று\'>',
  '<வேன்டும் நிலை="அந்த பாலம்"/>',
  '<!-- அந்த பாலம் -->',
  '<% அந்த பாலம் %>',
  '{{நேத்து}}',
  '{{#each நேத்து வேன்டும்}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a text may hold
  '${அந்த பாலம்}',
  '{நேத்து}',
  '$நேத்து',
  '{n, plural, one {அந்த பாலம்} other {# நேத்து}}',
  '%(நேத்து)s',
  '%{வேன்டும்}',
];

/** Prose with the marks that addresses have. */
const PROSE: readonly string[] = [
  'ஆண்/பெண் இருவரும் வந்தனர்.அங்கே அமர்ந்தனர்.',
  'எச்.ஐ.வி. தி.மு.க. திரு.வி.க. எம்.ஜி.ஆர்.',
  'விலை 3.50 ரூபாய், 24/7, 50% தள்ளுபடி; 10.5 கி.மீ.',
  'அவர் சொன்னது: “வருவேன்.” மற்றும் / அல்லது.',
  '5 < 7, 9 > 3; அ < ஆ என்க. A & B',
  'நேரம் 10:30 - 11:45. (குறிப்பு) [1] # தலைப்பு',
  '} தனி அடைப்பு { பிறகு\n\nவேறு } இடம்',
  'தனி குறி. `மூடாத குறி\n\nவேறு` பத்தி',
  'கோடு ____ வரைக. _அழுத்தம்_ **தடிப்பு**',
  '~~~~~~~~\nதலைப்பு',
];

const masked = (text: string): string[] => findMasks(text).map(({ start, end }) => text.slice(start, end));

describe('what is no prose', () => {
  it.each(MASKED)('%s is masked in a sentence, and not the sentence', (piece) => {
    const text = `அவன் கண்டது ${piece} எனப்படும்.`;
    // A fence stands on lines of its own.
    const whole = /^(?:```|~~~)/.test(piece) ? `அவன் கண்டது:\n${piece}\nஎனப்படும்.` : text;
    expect(masked(whole)).toEqual([piece]);
    expect(findIssues(whole)).toEqual([]);
  });

  it.each(['.', ',', '?', ')', '”', ').', '’,'])('leaves %s behind an address to the sentence', (mark) => {
    for (const address of ['https://example.org/அ', 'example.org', '/var/அ', 'doi:10.1/அ'])
      expect(masked(`(“‘${address}${mark} பிறகு`)).toEqual([address]);
  });

  it.each(PROSE)('nothing is masked in: %s', (text) => {
    expect(masked(text)).toEqual([]);
  });

  it('leaves the words between tags to the rules, and not a word that a tag or a placeholder is part of', () => {
    const found = (text: string) => findIssues(text).map(({ start, end }) => text.slice(start, end));
    expect(found('<p>அந்த பாலம் <b>நேத்து</b> விழுந்தது.</p>')).toEqual(['அந்த', 'நேத்து']);
    expect(found('ரொம்<b>ப</b> {பெயர்}க்கு கொடு. `அ`வுக்கு கொடு.')).toEqual([]);
  });

  it('takes nothing for code that is never closed, except behind a fence', () => {
    expect(masked('அ `ஆ இ')).toEqual([]);
    expect(masked('அ <code>ஆ')).toEqual(['<code>']);
    expect(masked('அ\n```\nஆ')).toEqual(['```\nஆ']);
  });

  it.each([
    ['அ ', '```\nஆ\n```', ' இ ஈ'],
    ['அ ', '```\nஆ\n```', '\n\nஇ'],
    ['', '- ```\n  ஆ\n\n  இ\n  ```', '\nஈ'],
    ['', '> ```\n>\n> ஆ\n> ```', '\nஈ'],
    ['அ ``` ஆ\n\n', '```\nஇ\n```', '\nஈ'],
    ['அ ```` ஆ\n', '```\nஇ\n```', '\nஈ'],
  ])('finds the fence in %j + %j + %j', (before, code, after) => {
    expect(masked(before + code + after)).toEqual([code]);
  });
});

describe('a range and the masks of a text', () => {
  it.each([
    [0, 2, false],
    [0, 3, true],
    [2, 4, true],
    [3, 5, true],
    [4, 6, true],
    [5, 7, false],
    [2, 2, false],
    [3, 3, true],
    [5, 5, false],
  ])('%d to %d touches the mask from 2 to 5: %s', (start, end, expected) => {
    const masks = [
      { start: 2, end: 5, kind: 'code' },
      { start: 8, end: 9, kind: 'code' },
    ] as const;
    expect(touches(masks, start, end)).toBe(expected);
  });
});

const slip = fc.constantFrom(
  'அந்த பாலம்',
  'நேத்து',
  'முயற்ச்சி',
  'ஊருக்கு போனான்',
  'ஒரு ஊர்',
  'வந்தான் ,அவன்',
  'க\u0bc6\u0bbe',
);
const joint = fc.constantFrom(' ', ' ', '\n', '\n\n', '. ', ', ', ' (', ') ', '“', '” ');
const noise = fc.string({ unit: fc.constantFrom(...'`{}<>/\\@#.:_%~()[]"\'-=அக் \n'), maxLength: 8 });

describe('whatever the text', () => {
  it('no issue lies in or across what was put in as no prose', () => {
    const sentence = fc.array(fc.oneof(slip, joint), { maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(sentence, fc.constantFrom(...MASKED), sentence, (before, piece, after) => {
        const text = `${before}\n${piece}\n${after}`;
        const start = before.length + 1;
        const end = start + piece.length;
        for (const issue of findIssues(text))
          expect(issue.start < end && issue.end > start, text).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('no issue lies in or across a mask, and masks are sorted ranges of the text', () => {
    const text = fc
      .array(
        fc.oneof(
          slip,
          joint,
          noise,
          fc.constantFrom(...MASKED),
          fc.string({ unit: 'grapheme', maxLength: 4 }),
        ),
        {
          maxLength: 16,
        },
      )
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (source) => {
        const masks = findMasks(source);
        let covered = 0;
        for (const { start, end } of masks) {
          expect(start).toBeGreaterThanOrEqual(covered);
          expect(end).toBeGreaterThan(start);
          covered = end;
        }
        expect(covered).toBeLessThanOrEqual(source.length);
        for (const issue of findIssues(source)) {
          for (const { start, end } of masks)
            expect(issue.start < end && issue.end > start, source).toBe(false);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

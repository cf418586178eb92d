import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concludeCritique, concludeProofread } from '../../../shared/analyses/conclude.ts';
import { essayCritiqueResult, SECTIONS } from '../../../shared/analyses/essay-critique.ts';
import { proofreadResult } from '../../../shared/analyses/proofread.ts';
import { jsonOf } from '../../../shared/providers/gemini/answer.ts';
import { CallFault } from '../../../shared/providers/gemini/faults.ts';
import { readIssues } from '../../../shared/providers/gemini/proofread.ts';
import { readCritique } from '../../../shared/providers/gemini/read-critique.ts';
import { arbitraryOffset, arbitraryText, arbitraryWords } from '../../support/arbitrary-text.ts';

const TEXT = 'அந்த பையன் அந்த கடைக்கு 3 முறை சென்றான்.';

const issues = (...given: unknown[]) => readIssues({ issues: given }, TEXT);
const places = async (...given: unknown[]) =>
  (await issues(...given)).map(({ start, end }) => TEXT.slice(start, end));

describe('an issue in an answer', () => {
  it('is found by its excerpt, whatever offsets it claims', async () => {
    expect(await places({ excerpt: 'கடைக்கு', start: 2, end: 99, suggestion: 'கடைக்குச்' })).toEqual(['கடைக்கு']);
  });

  it('that repeats an excerpt is the next one', async () => {
    const doubled = { excerpt: 'அந்த', suggestion: 'அந்தப்' };
    expect((await issues(doubled, doubled)).map(({ start }) => start)).toEqual([0, 11]);
  });

  it('may have a range in place of an excerpt', async () => {
    expect(await places({ start: 16, end: 23, suggestion: 'கடைக்குச்' })).toEqual(['கடைக்கு']);
    expect(await places({ start: 16, end: 999, suggestion: 'x' })).toEqual([]);
  });

  it('with a kind or severity nobody knows gets a usual one, and names are read in any case', async () => {
    const [one, two] = await issues(
      { excerpt: 'பையன்', suggestion: 'பையர்', type: 'sandhi', severity: null },
      { excerpt: 'கடைக்கு', suggestion: 'கடைக்குச்', type: ' SPELLING', severity: 'High' },
    );
    expect(one).toMatchObject({ type: 'grammar', severity: 'medium' });
    expect(two).toMatchObject({ type: 'spelling', severity: 'high' });
  });

  it('without a word of Tamil gets a general one for its type', async () => {
    const given = { excerpt: 'கடைக்கு', suggestion: 'கடைக்குச்', type: 'spelling' };
    for (const message of ['Doubling is needed', '', null, 7, undefined])
      expect((await issues({ ...given, message }))[0]?.message).toBe('இச்சொல்லின் எழுத்தைச் சரிபார்க்கவும்.');
  });

  it('cannot pass for the engine’s', async () => {
    const [found] = await issues({ excerpt: 'கடைக்கு', suggestion: 'கடைக்குச்', source: 'rules' });
    expect(Object.keys(found ?? {})).toEqual(['type', 'severity', 'message', 'start', 'end', 'suggestion']);
  });

  it('that is nowhere, changes nothing or is no correction is left out', async () => {
    expect(
      await places(
        { excerpt: 'அவள்', suggestion: 'அவன்' },
        { excerpt: 'பையன்', suggestion: 'பையன்' },
        { excerpt: 'பையன்', suggestion: '' },
        { excerpt: 'பையன்', suggestion: 'boy' },
        { excerpt: 'கடைக்கு', suggestion: 'கடைக்குச்' },
        null,
        'x',
      ),
    ).toEqual(['கடைக்கு']);
  });

  it('found by a looser reading leaves the white space around it alone', async () => {
    const text = 'அவன்\nவந்தாங்க போனான்';
    const [found] = await readIssues({ issues: [{ excerpt: ' வந்தாங்க ', suggestion: ' வந்தார்கள் ' }] }, text);
    expect(found && concludeProofread(text, [found]).corrected_text).toBe('அவன்\nவந்தார்கள் போனான்');
  });
});

describe('a list of issues', () => {
  it('may be bare, or null for none', async () => {
    expect(await readIssues([{ excerpt: 'கடைக்கு', suggestion: 'கடைக்குச்' }], TEXT)).toHaveLength(1);
    expect(await readIssues({ issues: null }, TEXT)).toEqual([]);
  });

  it.each([
    {},
    null,
    'x',
    3,
    { issues: {} },
    { issues: 'none' },
    { issues: [{}] },
    { result: { issues: [] } },
  ])('%j is a fault of the provider', async (answer) => {
    await expect(readIssues(answer, TEXT)).rejects.toThrow(CallFault);
  });
});

const item = (more: object = {}) => ({
  category: 'எண்',
  severity: 'low',
  title: 'தலைப்பு',
  description: 'விளக்கம்',
  location: { excerpt: '3 முறை' },
  suggestion: null,
  badge: null,
  sourceUrl: null,
  sourceTitle: null,
  ...more,
});

const facts = async (...items: unknown[]) => {
  const answer = { summary: 'நன்று', sections: { facts: { summary: 'நன்று', items } } };
  return (await readCritique(answer, TEXT, 100)).sections.facts.items;
};

describe('an item of a critique in an answer', () => {
  it('is found by its excerpt, at its place in the essay', async () => {
    expect((await facts(item()))[0]?.location).toEqual({ from: 124, to: 130, excerpt: '3 முறை' });
  });

  it('about words that are not there is left out, one about nothing in particular is kept', async () => {
    expect(await facts(item({ location: { excerpt: '4 முறை' } }))).toEqual([]);
    for (const location of [null, undefined, 'x', {}, { from: 5, to: 2 }, { excerpt: ' ' }])
      expect((await facts(item({ location })))[0]?.location).toBeNull();
  });

  it.each([
    ['figure', '4 முறை', true],
    ['negation', '3 முறை இல்லை', true],
    ['word', '3 தடவை', false],
  ])('whose suggestion changes a %s may or may not change the meaning', async (_, text, changes) => {
    const [found] = await facts(item({ suggestion: { text, canAutoApply: true, meaningMayChange: false } }));
    expect(found?.suggestion?.meaningMayChange).toBe(changes);
  });

  it('says what it says in Tamil', async () => {
    const [found] = await facts(
      item({ title: 'Number', description: 'Check it', severity: 'x', badge: 'maybe' }),
    );
    expect(found).toMatchObject({ severity: 'medium', badge: null });
    expect(found?.title).toMatch(/^\p{Script=Tamil}/u);
    expect(found?.description).toMatch(/^\p{Script=Tamil}/u);
  });

  it('without anything said is left out', async () => {
    expect(await facts(item({ title: '', description: null }), null, 4)).toEqual([]);
  });
});

describe('a critique in an answer', () => {
  it('may lack sections', async () => {
    const { sections } = concludeCritique(TEXT, await readCritique({ sections: { clarity: {} } }, TEXT, 0));
    for (const name of SECTIONS) expect(sections[name].items).toEqual([]);
  });

  it.each([
    {},
    null,
    [],
    'x',
    { sections: {} },
    { sections: [] },
    { summary: 'நன்று' },
    { sections: { facts: 'x' } },
  ])('%j is a fault of the provider', async (answer) => {
    await expect(readCritique(answer, TEXT, 0)).rejects.toThrow(CallFault);
  });

  it('that speaks another language at length is a fault of the provider', async () => {
    const foreign = Array.from({ length: 5 }, () => item({ title: 'Number', description: 'Check it' }));
    await expect(facts(...foreign)).rejects.toThrow(CallFault);
  });
});

describe('JSON in an answer', () => {
  it.each(['{"a":1}', '```json\n{"a":1}\n```', 'Sure:\n{"a":1}\nDone.', '\ufeff{"a":1}'])(
    'is read from %j',
    (answer) => {
      expect(jsonOf(answer)).toEqual({ a: 1 });
    },
  );

  it.each(['', 'none', '{', '}{', '{"a":', 'null', '"a"'])('is not found in %j', (answer) => {
    expect(() => jsonOf(answer)).toThrow(CallFault);
  });
});

/** The answer's result, or `undefined` where it counts as a fault of the provider. Anything else thrown is a defect. */
async function orFault<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CallFault) return undefined;
    throw error;
  }
}

describe('whatever a model sends', () => {
  const fragmentOf = (text: string) =>
    fc.tuple(fc.nat(text.length), fc.nat(30)).map(([from, length]) => text.slice(from, from + length));
  const loosely = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 6, arbitrary }, { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> });
  const words = (text: string) => fc.oneof(fragmentOf(text), arbitraryWords);

  const hostileIssues = (text: string) =>
    fc.record(
      {
        type: loosely(fc.constantFrom('grammar', 'spelling', 'style', 'clarity')),
        severity: loosely(fc.constantFrom('low', 'medium', 'high')),
        message: loosely(arbitraryWords),
        excerpt: loosely(words(text)),
        before: loosely(words(text)),
        start: loosely(arbitraryOffset),
        end: loosely(arbitraryOffset),
        suggestion: loosely(words(text)),
      },
      { requiredKeys: [] },
    );

  const hostileItem = (text: string) =>
    fc.record(
      {
        id: loosely(fc.constantFrom('a', 'b', '')),
        category: loosely(arbitraryWords),
        severity: loosely(fc.constantFrom('high', 'low')),
        title: loosely(arbitraryWords),
        description: loosely(arbitraryWords),
        location: loosely(
          fc.record({
            excerpt: loosely(words(text)),
            from: loosely(arbitraryOffset),
            to: loosely(arbitraryOffset),
          }),
        ),
        suggestion: loosely(
          fc.record({ text: words(text), canAutoApply: fc.boolean(), meaningMayChange: fc.boolean() }),
        ),
        badge: loosely(fc.constantFrom('verified', 'unverified', 'conflicting', null)),
        sourceUrl: loosely(fc.webUrl()),
        sourceTitle: loosely(arbitraryWords),
      },
      { requiredKeys: [] },
    );

  const withText = <T>(answer: (text: string) => fc.Arbitrary<T>) =>
    arbitraryText().chain((text) => fc.tuple(fc.constant(text), answer(text)));

  it('a proofread holds the contract, or it is a fault of the provider', async () => {
    let held = 0;
    const answers = withText((text) =>
      loosely(fc.record({ issues: loosely(fc.array(loosely(hostileIssues(text)))) })),
    );
    await fc.assert(
      fc.asyncProperty(answers, async ([text, answer]) => {
        const found = await orFault(() => readIssues(JSON.parse(JSON.stringify(answer)), text));
        if (found === undefined) return;
        if (found.length > 0) held += 1;
        const result = proofreadResult.parse(concludeProofread(text, found));
        expect(result.corrected_text.isWellFormed()).toBe(true);
        for (const { start, end, suggestion } of found) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(text.slice(start, end)).not.toBe(suggestion);
        }
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(50);
  });

  it('a critique holds the contract, or it is a fault of the provider', async () => {
    let held = 0;
    const answers = withText((text) => {
      const section = loosely(
        fc.record({
          title: arbitraryWords,
          summary: arbitraryWords,
          items: loosely(fc.array(loosely(hostileItem(text)))),
        }),
      );
      return loosely(
        fc.record({
          summary: loosely(arbitraryWords),
          topFixes: loosely(fc.array(loosely(arbitraryWords))),
          sections: loosely(
            fc.record({ structure: section, clarity: section, facts: section, citations: section }),
          ),
          safetyFlags: loosely(
            fc.array(loosely(fc.record({ itemId: fc.constant('a'), type: fc.constant('unverified') }))),
          ),
        }),
      );
    });
    await fc.assert(
      fc.asyncProperty(answers, async ([text, answer]) => {
        const found = await orFault(() => readCritique(JSON.parse(JSON.stringify(answer)), text, 0));
        if (found === undefined) return;
        const result = essayCritiqueResult.parse(concludeCritique(text, found));
        const items = SECTIONS.flatMap((name) => result.sections[name].items);
        if (items.length > 0) held += 1;
        for (const { location } of items)
          if (location) expect(text.slice(location.from, location.to)).toBe(location.excerpt);
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(50);
  });

  it('any string at all is JSON or a fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (answer) => {
        await orFault(async () => readIssues(jsonOf(answer), TEXT));
        await orFault(async () => readCritique(jsonOf(answer), TEXT, 0));
      }),
    );
  });
});

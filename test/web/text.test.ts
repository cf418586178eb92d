import { history, undo } from '@codemirror/commands';
import { EditorState, type TransactionSpec } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findIssues } from '../../tamil/proofread/find-issues.ts';
import { changesIn, differences, paragraphs } from '../../web/src/compare/differences.ts';
import { isMechanical } from '../../web/src/desk/marks-of.ts';
import { type Mark, marked, marks, openMarks, setMarks, setStatus } from '../../web/src/editor/marks.ts';
import { partsOf } from '../../web/src/editor/parts.ts';
import { textOf } from '../../web/src/files/docx.ts';
import { ta } from '../../web/src/messages/ta.ts';

const tamil = fc
  .array(fc.constantFrom('அ', 'க்', 'கொ', ' ', '\n', '. ', '😀', '\n\n'), { maxLength: 60 })
  .map((all) => all.join(''));

describe('parts of a text', () => {
  it('are the text again, none too long, none within a letter, none of white space only', () => {
    fc.assert(
      fc.property(tamil, fc.integer({ min: 5, max: 30 }), (text, limit) => {
        const parts = partsOf(text, limit);
        for (const { start, text: part } of parts) {
          expect(text.slice(start, start + part.length)).toBe(part);
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
          expect(part).toMatch(/\S/);
        }
        expect(
          parts
            .map((part) => part.text)
            .join('')
            .replaceAll(/\s/g, ''),
        ).toBe(text.replaceAll(/\s/g, ''));
      }),
    );
  });

  it('end with a paragraph where one ends in their second half', () => {
    const parts = partsOf(`${'அ'.repeat(6)}. \n\n${'ஆ'.repeat(8)}`, 12);
    expect(parts.map(({ text }) => text.trim())).toEqual(['அஅஅஅஅஅ.', 'ஆஆஆஆஆஆஆஆ']);
  });
});

describe('differences', () => {
  it('are both texts, and nothing where they are the same', () => {
    fc.assert(
      fc.property(tamil, tamil, (before, after) => {
        const pieces = differences(before, after);
        const without = (kind: string) =>
          pieces
            .filter((piece) => piece.kind !== kind)
            .map(({ text }) => text)
            .join('');
        expect([without('added'), without('removed')]).toEqual([before, after]);
        if (before === after) expect(changesIn(pieces)).toBe(0);
        expect(
          paragraphs(pieces)
            .flat()
            .map(({ text }) => text)
            .join('')
            .replaceAll('\n', ''),
        ).toBe(
          pieces
            .map(({ text }) => text)
            .join('')
            .replaceAll('\n', ''),
        );
      }),
    );
    expect(changesIn(differences('அந்த பையன்', 'அந்தப் பையன் வந்தான்'))).toBe(2);
  });
});

it('the text of a Word document has its characters in place of their names', () => {
  expect(textOf('<w:p><w:r><w:t>&#x0B85;&#2949;&lt;&bogus;&#x110000;</w:t></w:r></w:p>')).toBe('அஅ<&bogus;');
  expect(textOf('<w:p><w:t>அ<w:t></w:p><')).toBe('அ');
});

describe('marks', () => {
  const mark = (key: string, from: number, excerpt: string, suggestion: string): Mark => {
    const to = from + excerpt.length;
    return {
      key,
      layer: 'proofread',
      from,
      to,
      excerpt,
      suggestion,
      tone: 'spelling',
      status: 'open',
      stale: false,
    };
  };
  const text = 'அந்த பையன் ஒரு ஆடு';
  const start = () => {
    const all = [mark('a', 0, 'அந்த', 'அந்தப்'), mark('b', 11, 'ஒரு', 'ஓர்')];
    const state = EditorState.create({ doc: text, extensions: [history(), marks] });
    return state.update({ effects: setMarks.of({ layer: 'proofread', marks: all }) }).state;
  };
  const apply = (state: EditorState, ...specs: TransactionSpec[]) =>
    specs.reduce((before, spec) => before.update(spec).state, state);
  const seen = (state: EditorState) =>
    openMarks(state).map(({ key, from, to }) => `${key} ${state.doc.sliceString(from, to)}`);

  it('follow what is typed before, after and at their ends', () => {
    const state = apply(
      start(),
      { changes: { from: 0, insert: 'x' } },
      { changes: { from: 5, insert: 'y' } },
    );
    expect(state.doc.toString()).toBe('xஅந்தy பையன் ஒரு ஆடு');
    expect(seen(state)).toEqual(['a அந்த', 'b ஒரு']);
  });

  it('go stale when their own text is edited, and are fresh when it is what it was', () => {
    const edited = apply(start(), { changes: { from: 2, insert: 'x' } });
    expect(seen(edited)).toEqual(['b ஒரு']);
    expect(seen(apply(edited, { changes: { from: 2, to: 3 } }))).toEqual(['a அந்த', 'b ஒரு']);
  });

  it('come back by undo, however they were decided about', () => {
    let state = apply(start(), {
      changes: { from: 0, to: 4, insert: 'அந்தப்' },
      effects: setStatus.of([{ key: 'a', status: 'accepted' }]),
    });
    expect(seen(state)).toEqual(['b ஒரு']);
    undo({
      state,
      dispatch: (transaction) => {
        state = transaction.state;
      },
    });
    expect([state.doc.toString(), ...seen(state)]).toEqual([text, 'a அந்த', 'b ஒரு']);
    expect(state.field(marked).marks[0]).toMatchObject({ from: 0, to: 4, status: 'open', stale: false });
  });

  it('never leave the text, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(20), tamil), { maxLength: 8 }), (edits) => {
        let state = start();
        for (const [a, b, insert] of edits) {
          const length = state.doc.length;
          const [from = 0, to = 0] = [Math.min(a, length), Math.min(b, length)].toSorted((x, y) => x - y);
          state = apply(state, { changes: { from, to, insert } });
          for (const one of state.field(marked).marks) {
            expect(one.from).toBeLessThanOrEqual(one.to);
            expect(one.to).toBeLessThanOrEqual(state.doc.length);
            if (!one.stale) expect(state.doc.sliceString(one.from, one.to)).toBe(one.excerpt);
          }
        }
      }),
    );
  });
});

it('only letters that are wrong in every reading are accepted without being read', () => {
  const issue = { message: 'm', start: 0, end: 1, suggestion: 's' };
  expect(isMechanical({ ...issue, type: 'spelling', severity: 'high' })).toBe(true);
  expect(isMechanical({ ...issue, type: 'style', severity: 'low', rule: 'unicode/normal-form' })).toBe(true);
  expect(isMechanical({ ...issue, type: 'spelling', severity: 'medium' })).toBe(false);
  expect(isMechanical({ ...issue, type: 'grammar', severity: 'high', rule: 'sandhi/dative' })).toBe(false);
});

it('the Tamil of the interface has no fault that the engine finds', () => {
  const wordsIn = (messages: object): string[] =>
    Object.values(messages).flatMap((message) => {
      if (typeof message === 'function') return [1, 3].map((count) => String(message(count, count)));
      return typeof message === 'string' ? [message] : wordsIn(message);
    });
  const all = wordsIn(ta);
  expect(all.length).toBeGreaterThan(150);
  const faults = all.flatMap((text) => findIssues(text).map(({ rule }) => `${text}: ${rule}`));
  expect(faults).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePreferences, preferencesOf } from '../../shared/http/prefer.ts';
import { cpuMs } from '../support/cpu-time.ts';

const parsed = (header: string | undefined) => Object.fromEntries(parsePreferences(header));

describe('the examples of RFC 7240', () => {
  it('section 2: several headers are one list, in any order', () => {
    const three = { 'respond-async': '', wait: '100', handling: 'lenient' };
    const lines = ['respond-async, wait=100', 'handling=lenient'];
    expect(parsed(lines.join(', '))).toEqual(three);
    expect(parsed('handling=lenient, wait=100, respond-async')).toEqual(three);
  });

  it.each(['foo; bar', 'foo; bar=""', 'foo=""; bar'])(
    'section 2: an empty value is no value: %s',
    (header) => {
      expect(parsed(header)).toEqual({ foo: '' });
    },
  );

  it.each([
    ['respond-async', { 'respond-async': '' }],
    ['return=minimal', { return: 'minimal' }],
    ['return=representation', { return: 'representation' }],
    ['respond-async, wait=10', { 'respond-async': '', wait: '10' }],
    ['handling=strict', { handling: 'strict' }],
    ['handling=lenient', { handling: 'lenient' }],
    ['Lenient', { lenient: '' }],
  ])('sections 4.1 to 4.4, and names in any case: %s', (header, expected) => {
    expect(parsed(header)).toEqual(expected);
  });
});

describe('edges', () => {
  it.each<[name: string, header: string | undefined, expected: Record<string, string>]>([
    ['no header', undefined, {}],
    ['an empty header', '', {}],
    ['empty list elements', ', ,respond-async,,', { 'respond-async': '' }],
    ['no white space', 'respond-async,wait=5', { 'respond-async': '', wait: '5' }],
    ['white space around the equals sign', 'wait \t= \t5', { wait: '5' }],
    ['any case of the name', 'ReSpOnD-AsYnC, WAIT=5', { 'respond-async': '', wait: '5' }],
    ['the case of a value is kept', 'handling=Lenient', { handling: 'Lenient' }],
    ['a quoted value', 'wait="5"', { wait: '5' }],
    ['a comma and a semicolon in quotes', 'foo="a,b;c", wait=5', { foo: 'a,b;c', wait: '5' }],
    ['escapes in quotes', String.raw`foo="a\"b\\c\d", wait=5`, { foo: String.raw`a"b\cd`, wait: '5' }],
    ['a preference in quotes is none', 'foo="x, respond-async"', { foo: 'x, respond-async' }],
    ['parameters', 'respond-async; foo=bar; baz, wait=5;x="1,2"', { 'respond-async': '', wait: '5' }],
    ['a parameter is no preference', 'foo; respond-async; wait=5', { foo: '' }],
    ['empty parameters', 'respond-async;; ;', { 'respond-async': '' }],
    [
      'an unknown preference beside a known one',
      'x-shiny=1, respond-async',
      { 'x-shiny': '1', 'respond-async': '' },
    ],
    ['of duplicates the first', 'wait=1, wait=2, WAIT=3', { wait: '1' }],
    ['of duplicates the first, even with no value', 'wait, wait=2', { wait: '' }],
    ['a malformed element beside a good one', '=5, a b, respond-async', { 'respond-async': '' }],
    ['a malformed value', 'wait=5 6, wait==7, respond-async', { 'respond-async': '' }],
    ['not a token', 'wäit=5, respond@async', {}],
    ['quotes that never close', 'respond-async, foo="x, wait=5', { 'respond-async': '' }],
    ['a name that every object has', '__proto__=1, constructor', { constructor: '' }],
  ])('%s', (_name, header, expected) => {
    const preferences = parsePreferences(header);
    expect(preferences.get('__proto__')).toBe(header?.includes('__proto__') ? '1' : undefined);
    const { __proto__: _, ...rest } = Object.fromEntries(preferences);
    expect(rest).toEqual(expected);
  });

  it('any quoted value comes back as it was', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
    });
    fc.assert(
      fc.property(printable, printable, (one, two) => {
        const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
        expect(parsed(`a=${quoted(one)};p=${quoted(two)} , b=${quoted(two)}`)).toEqual({ a: one, b: two });
      }),
    );
  });

  it('no header throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void preferencesOf(header)));
  });

  const KB256 = 262_144;
  it.each([
    ['commas', ','.repeat(KB256)],
    ['semicolons', `a${';'.repeat(KB256)}`],
    ['quotes', '"'.repeat(KB256)],
    ['backslashes in open quotes', `a="${'\\'.repeat(KB256)}`],
    ['a long name that is none', `${'a'.repeat(KB256)}@`],
    ['white space inside', `${'a'.repeat(KB256 / 2)}${' '.repeat(KB256 / 2)}b`],
    ['white space after the equals sign', `a=${' \t'.repeat(KB256 / 2)}@`],
    ['many duplicates', 'wait=1,'.repeat(KB256 / 7)],
    ['a long quoted value', `a="${'\\"'.repeat(KB256 / 2)}" x`],
  ])('256 KB of %s cost no more than their length', (_name, header) => {
    // A few milliseconds; with the square of the length, half a minute and more.
    expect(cpuMs(() => parsePreferences(header))).toBeLessThan(1500);
  });
});

describe('the preferences this service knows', () => {
  it.each([
    [undefined, false, undefined],
    ['respond-async', true, undefined],
    ['respond-async=""', true, undefined],
    ['respond-async=yes', false, undefined],
    ['wait=0', false, 0],
    ['wait=007', false, 7],
    ['wait="10", Respond-Async;x=y', true, 10],
    ['wait', false, undefined],
    ['wait=-1', false, undefined],
    ['wait=1.5', false, undefined],
    ['wait=1e3', false, undefined],
    ['wait=ten, wait=10', false, undefined],
    [`wait=${'9'.repeat(400)}`, false, 2 ** 31],
  ])('%s', (header, respondAsync, wait) => {
    expect(preferencesOf(header)).toEqual({ respondAsync, wait });
  });
});

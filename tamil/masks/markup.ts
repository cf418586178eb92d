import type { Mask } from './mask.ts';

/** Elements whose content is code. */
const CODE_ELEMENTS = new Set([
  'code',
  'pre',
  'script',
  'style',
  'kbd',
  'samp',
  'var',
  'tt',
  'textarea',
  'svg',
  'math',
]);

/** A tag of HTML or XML, whose name may be Tamil; a comment's or a template's beginning. No tag reaches over another `<`. */
const TAG =
  /<!--|<%|<\/?([A-Za-z][A-Za-z0-9:-]*)(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|<\/?[A-Za-z][^<>\n]{0,500}>|<\/?[\p{L}\p{M}\p{N}_:.-]+(?:\s[^<>=]*=[^<>]*)?\s*\/?>|<[!?][^<>]*>/gu;

/** Tags, comments, templates (`<% %>`), and elements whose content is code, from their opening tag to their closing one. */
export const findTags = (text: string, code: readonly Mask[]): Mask[] => {
  const masks: Mask[] = [];
  if (!text.includes('<')) return masks;
  const closed = closerOf(text);
  let covered = 0;
  let inside = 0;
  for (const { 0: tag, 1: name, index } of text.matchAll(TAG)) {
    while ((code[inside]?.end ?? text.length) <= index) inside++;
    if (index < covered || (code[inside]?.start ?? text.length) <= index) continue;
    const closer = tag === '<!--' ? '-->' : tag === '<%' ? '%>' : contentCloser(tag, name);
    const end = closer === undefined ? undefined : closed(closer, index + tag.length);
    // What begins a comment or a template and does not end is not even a tag.
    if (end === undefined && !tag.endsWith('>')) continue;
    covered = end ?? index + tag.length;
    masks.push({ start: index, end: covered, kind: end === undefined ? 'tag' : 'code' });
  }
  return masks;
};

const contentCloser = (tag: string, name = ''): string | undefined =>
  CODE_ELEMENTS.has(name.toLowerCase()) && !tag.startsWith('</') && !tag.endsWith('/>')
    ? `</${name}>`
    : undefined;

/** Where the next closer ends. One that was sought in vain is not sought again. */
const closerOf = (text: string) => {
  const missing = new Set<string>();
  return (closer: string, from: number): number | undefined => {
    if (missing.has(closer)) return undefined;
    const at = text.indexOf(closer, from);
    if (at >= 0) return at + closer.length;
    missing.add(closer);
    return undefined;
  };
};

/** What stands before an opening brace and belongs to the placeholder: `${x}`, `#{x}`, `%{x}`, `@{x}`. */
const BEFORE_BRACE = new Set(['$', '#', '%', '@', '\\']);

/** Outermost pairs of braces within a paragraph: `{{x}}`, `${x}`, `{x}`, `{% x %}`. A brace without its counterpart is none. */
export const findBraces = (text: string, known: readonly (readonly Mask[])[]): Mask[] => {
  const masks: Mask[] = [];
  if (!text.includes('{')) return masks;
  const skip = known.flat().toSorted((a, b) => a.start - b.start);
  const open: number[] = [];
  let inside = 0;
  for (const { 0: found, index } of text.matchAll(/[{}]|\n[^\S\n]*\n/g)) {
    while ((skip[inside]?.end ?? text.length) <= index) inside++;
    if ((skip[inside]?.start ?? text.length) <= index) continue;
    if (found === '{') open.push(index);
    else if (found !== '}') open.length = 0;
    else {
      const start = open.pop();
      if (start === undefined) continue;
      while ((masks.at(-1)?.start ?? -1) > start) masks.pop();
      masks.push({
        start: BEFORE_BRACE.has(text[start - 1] ?? '') ? start - 1 : start,
        end: index + 1,
        kind: 'placeholder',
      });
    }
  }
  return masks;
};

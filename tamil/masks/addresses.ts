import type { Mask, MaskKind } from './mask.ts';

/** A character of a name: letters, marks and digits of any script, and the joiners that Tamil may hold. */
const W = String.raw`\p{L}\p{M}\p{N}\u200c\u200d`;
/** What an address may go on with: everything but white space and what encloses addresses in prose. */
const REST = String.raw`[^\s<>"“”‘’«»\u0060]`;

/**
 * Each pattern begins where no character stands before that it could itself begin with: so a run of such characters is read once, not
 * once from each of its places.
 */
const pattern = (strings: TemplateStringsArray, ...parts: readonly string[]): RegExp =>
  new RegExp(String.raw(strings, ...parts), 'giu');

/** RFC 3987: any scheme before `://`; without the slashes those that prose has. */
const IRI = pattern`(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/${REST}+`;
const OPAQUE = pattern`(?<![a-z0-9])(?:doi|mailto|tel|sms|urn|data|magnet|geo|isbn|arxiv|pmid|file|javascript|news|xmpp|sip):${REST}+`;
const WWW = pattern`(?<![${W}.-])www\.${REST}+`;
/** DOI Handbook, 2.2: a prefix that begins with 10., a slash, any characters. */
const DOI = pattern`(?<![\d.])10\.\d{1,9}\/${REST}+`;
/** A name with dots that ends as a domain or a file does. Three top-level domains are in Tamil script, and one more is for tests. */
const DOTTED = pattern`(?<![${W}_.@-])[${W}_-]{1,63}(?:\.[${W}_-]{1,63}){0,8}(?:\.(?:[a-z][a-z0-9-]{0,23}(?![a-z0-9_-])|(?:இந்தியா|இலங்கை|சிங்கப்பூர்|பரிட்சை)(?![${W}]))(?::\d{1,5})?(?:[\/?#]${REST}*)?|\.[${W}_-]{1,63}\/[${W}]${REST}*)`;
/** RFC 6531 e-mail addresses, and handles. */
const AT = pattern`(?<![${W}._%+-])[${W}._%+-]{0,64}[@＠][${W}_.-]{1,255}`;
const HASHTAG = pattern`(?<![${W}_&])[#＃][${W}_]+`;
/** From the root, the home folder or the present one; or below a folder with a Latin name; or to a file with an extension. */
const ROOTED = pattern`(?<![${W}\/\\.~:)-])(?:~|\.{1,2})?\/(?=${REST}{0,64}?[${W}])${REST}+`;
const BELOW = pattern`(?<![${W}_\/\\.-])(?=[0-9._-]*[a-z])[a-z0-9][a-z0-9._-]*(?::\d{1,5})?\/${REST}+`;
const TO_FILE = pattern`(?<![${W}_\/\\.-])[${W}_-]+(?:\/[${W}_.-]+){1,64}\.[a-z][a-z0-9]{0,9}(?![a-z0-9])`;
const BACKSLASH = pattern`(?<!${REST})[^\s<>"“”‘’«»\u0060\\]*\\${REST}*`;
const LINK_TARGET = pattern`(?<=\]\()[^\s()]+(?=\))`;
const IDENTIFIER = pattern`(?<![${W}_])[${W}]+(?:_[${W}]+)+`;
/** POSIX printf, with Python's and Ruby's names. */
const PRINTF = pattern`%(?:\([${W}_]+\)|\d{1,2}\$)?[-+#0]{0,4}\d{0,4}(?:\.\d{1,3})?(?:hh|h|ll|l|L|z|j|t)?[sdiufegxocbpan@](?![a-z])`;
/** A variable of a shell or a template. */
const VARIABLE = pattern`(?<![${W}$])\$[\p{L}_][${W}_]*`;
const ENTITY = pattern`&(?:[a-z]{2,31}|#\d{1,7}|#x[0-9a-f]{1,6});`;

/** Patterns with the kind they find, and whether punctuation at their end belongs to the sentence. */
const PATTERNS: readonly (readonly [pattern: RegExp, kind: MaskKind, trimmed: boolean])[] = [
  ...[IRI, OPAQUE, WWW, DOI, DOTTED, AT, ROOTED, BELOW, BACKSLASH].map(
    (each) => [each, 'address', true] as const,
  ),
  ...[HASHTAG, TO_FILE, LINK_TARGET, IDENTIFIER].map((each) => [each, 'address', false] as const),
  [PRINTF, 'placeholder', false],
  [VARIABLE, 'placeholder', false],
  [ENTITY, 'tag', false],
];

/** Characters without which nothing is found; a full stop only where something follows it. */
const TRIGGER = /[:@＠#＃\\/_%&$]|\.(?=[^\s.])|\]\(/gu;
/** ECMA-262, WhiteSpace and LineTerminator: what `\s` matches. */
const isWhiteSpace = (code: number): boolean =>
  code === 0x20 ||
  (code >= 0x09 && code <= 0x0d) ||
  code === 0xa0 ||
  (code > 0x0bff && /\s/u.test(String.fromCharCode(code)));

/** Addresses, names of files and identifiers outside the ranges given, which are sorted. */
export const findAddresses = (text: string, known: readonly Mask[]): Mask[] => {
  const masks: Mask[] = [];
  let at = 0;
  for (const { start, end } of [...known, { start: text.length, end: text.length }]) {
    if (start > at) collect(text.slice(at, start), at, masks);
    at = end;
  }
  return masks;
};

const collect = (part: string, offset: number, masks: Mask[]): void => {
  let read = 0;
  for (const { index: trigger } of part.matchAll(TRIGGER)) {
    if (trigger < read) continue;
    let index = trigger;
    while (index > read && !isWhiteSpace(part.charCodeAt(index - 1))) index--;
    let end = trigger + 1;
    while (end < part.length && !isWhiteSpace(part.charCodeAt(end))) end++;
    read = end;
    const chunk = part.slice(index, end);
    for (const [pattern, kind, trimmed] of PATTERNS) {
      for (const { 0: found, index: within } of chunk.matchAll(pattern)) {
        const length = trimmed ? lengthOf(found) : found.length;
        const start = offset + index + within;
        if (length > 0) masks.push({ start, end: start + length, kind });
      }
    }
  }
};

const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Without the marks of the sentence at its end. A bracket is the address's own if it was opened in it. */
const lengthOf = (address: string): number => {
  const surplus = new Map(
    Object.entries(OPENERS).map(([closer, opener]) => [closer, surplusOf(address, closer, opener)]),
  );
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] ?? '';
    const over = surplus.get(last);
    if (over === undefined ? !/[.,;:!?…'*]/u.test(last) : over <= 0) break;
    if (over !== undefined) surplus.set(last, over - 1);
  }
  return end;
};

const surplusOf = (address: string, closer: string, opener: string): number =>
  address.split(closer).length - address.split(opener).length;

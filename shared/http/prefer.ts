import { LONGEST_WAIT_S } from '../operations/access/changes.ts';
import type { Preferences } from '../operations/submit/submit.ts';

/**
 * Parses a `Prefer` header (RFC 7240, section 2): maps each name in lower case to its value, `''` if it has none. Parameters
 * and elements that are no preference are ignored, unknown preferences are kept, and the first duplicate wins. Several
 * headers count as one, joined by commas (RFC 9110, section 5.3).
 */
export function parsePreferences(header: string | undefined): ReadonlyMap<string, string> {
  const preferences = new Map<string, string>();
  for (const element of split(header ?? '', ',')) {
    const [preference = ''] = split(element, ';');
    const match = PREFERENCE.exec(preference.trim());
    const name = match?.groups?.['name']?.toLowerCase();
    if (name !== undefined && !preferences.has(name))
      preferences.set(name, word(match?.groups?.['word'] ?? ''));
  }
  return preferences;
}

/** The preferences that this service knows. */
export function preferencesOf(header: string | undefined): Preferences {
  const preferences = parsePreferences(header);
  const wait = preferences.get('wait');
  return {
    respondAsync: preferences.get('respond-async') === '',
    wait: wait !== undefined && /^\d+$/.test(wait) ? Math.min(Number(wait), LONGEST_DELTA_S) : undefined,
  };
}

/** The wait that is honoured, in seconds, at most `LONGEST_WAIT_S`; `undefined` if none was asked for. */
export function waitOf(header: string | undefined): number | undefined {
  const { wait } = preferencesOf(header);
  return wait === undefined ? undefined : Math.min(wait, LONGEST_WAIT_S);
}

/** A number of seconds too large to be meant counts as this one (RFC 9111, section 1.2.2). */
const LONGEST_DELTA_S = 2 ** 31;

// token [ BWS "=" BWS word ], where word is a token or a quoted string.
const PREFERENCE =
  /^(?<name>[!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:[ \t]*=[ \t]*(?<word>[!#$%&'*+\-.^_`|~0-9A-Za-z]*|"(?:[^"\\]|\\.)*"))?$/;

const word = (raw: string): string => (raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw);

/** Splits at `separator` outside quoted strings, in one pass. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

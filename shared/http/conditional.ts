import type { Answer } from './route.ts';

/**
 * Gives an answer to GET its `ETag`, or makes it a 304 if the client has that version already. The tag is strong: it belongs
 * to these bytes. The comparison is weak, since a proxy that packs the answer weakens its tag.
 * Source: RFC 9110, sections 8.8.3, 13.1.2 and 15.4.5
 */
export function conditional(answer: Answer, version: string, ifNoneMatch: readonly string[]): Answer {
  const headers = { ...answer.headers, ETag: `"${version}"` };
  if (!names(ifNoneMatch, version)) return { ...answer, headers };
  const { body: _, ...head } = answer;
  return { ...head, status: 304, headers };
}

function names(ifNoneMatch: readonly string[], version: string): boolean {
  const field = ifNoneMatch.join(',').trim();
  return field === '*' || [...field.matchAll(ENTITY_TAG)].some(([, opaque]) => opaque === version);
}

const ENTITY_TAG = /(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;

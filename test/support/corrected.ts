import { findIssues } from '../../tamil/proofread/find-issues.ts';

/** A text as it is when every suggestion of the rules is taken. */
export const corrected = (text: string): string => {
  let out = '';
  let at = 0;
  for (const { start, end, suggestion } of findIssues(text)) {
    out += text.slice(at, start) + suggestion;
    at = end;
  }
  return out + text.slice(at);
};

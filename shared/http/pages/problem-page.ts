import { createHash } from 'node:crypto';
import { PROBLEMS, Problem } from '../../errors.ts';
import type { Answer } from '../route.ts';
import { FAILURE_GUIDE, type Guidance, PROBLEM_GUIDE } from './problem-guide.ts';

const STYLE = `
:root { color-scheme: light dark; font: 1.05rem/1.6 system-ui, sans-serif; }
body { max-width: 40rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.3; }
h2 { font-size: 1.05rem; margin-bottom: 0; }
p { margin-top: 0.25rem; }
code { font-size: 0.95em; }
footer { margin-top: 2.5rem; border-top: 1px solid; padding-top: 0.5rem; }
`;

/** The page needs nothing but its own style, and no other page may show it. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
};

/**
 * Makes the page that says when a code occurs and what to do then. Codes of problem documents and of failed operations have
 * one.
 * @throws {Problem} `not-found`
 */
export function problemPage(code: string): Answer {
  const known = knownProblem(code) ?? knownFailure(code);
  if (known === undefined) throw new Problem('not-found', 'There is no such problem.');
  return { status: 200, headers: HEADERS, body: Buffer.from(html(code, known)) };
}

interface Known extends Guidance {
  readonly title: string;
  /** Where clients see the code. */
  readonly place: string;
}

function knownProblem(code: string): Known | undefined {
  if (!Object.hasOwn(PROBLEMS, code)) return undefined;
  const name = code as keyof typeof PROBLEMS;
  const { status, title } = PROBLEMS[name];
  return { ...PROBLEM_GUIDE[name], title, place: `HTTP status ${status}` };
}

function knownFailure(code: string): Known | undefined {
  if (!Object.hasOwn(FAILURE_GUIDE, code)) return undefined;
  const guidance = FAILURE_GUIDE[code];
  return guidance && { ...guidance, title: 'The operation failed', place: 'a failed operation' };
}

const html = (code: string, { title, place, when, todo, tamil }: Known): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${code}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p><code>${code}</code>, ${place}</p>
<h2>When it occurs</h2>
<p>${when}</p>
<h2>What to do</h2>
<p>${todo}</p>
<h2 lang="ta">தமிழில்</h2>
<p lang="ta">${tamil}</p>
</main>
<footer><a href="/docs">All of the API</a></footer>
</body>
</html>
`;

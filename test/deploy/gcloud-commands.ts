import type { Call } from './scripts.ts';

const VALUES: Readonly<Record<string, string>> = {
  PROJECT_ID: 'demo-project',
  PROJECT_NUMBER: '123456789012',
  REGION: 'asia-south1',
  ISSUER: 'issuer@demo-project.iam.gserviceaccount.com',
  OLD_VERSION: '1',
  SETTINGS: '_REGION=asia-south1,_OIDC_AUDIENCE=api',
};

/**
 * The gcloud commands in shell text, those inside `$(…)` included. Variables become values of the right shape, inner
 * commands a word; quotes, continued lines and redirections are read as a shell reads them, as far as docs need it.
 */
export function gcloudCommands(shell: string): Call[] {
  const text = shell.replaceAll(/\\\n\s*/g, ' ');
  return [...text.matchAll(/(?<=^|[\s(])gcloud (?=[a-z])/gm)].map(({ index }) => words(text.slice(index)));
}

function words(text: string): Call {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote === "'" && char !== "'") word += char;
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      at += 1;
      word = (word ?? '') + (text[at] ?? '');
    } else if (char === '$') {
      const { value, length } = expansion(text.slice(at));
      word = (word ?? '') + value;
      at += length - 1;
    } else if (quote === '' && /[\n|;&)<>]/.test(char)) break;
    else if (quote === '' && char === ' ') {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) found.push(word);
  return found;
}

function expansion(text: string): { value: string; length: number } {
  if (text.startsWith('$(')) {
    let depth = 0;
    for (let at = 1; at < text.length; at += 1) {
      if (text[at] === '(') depth += 1;
      if (text[at] === ')') depth -= 1;
      if (depth === 0) return { value: 'word', length: at + 1 };
    }
  }
  const [whole = '$', name = ''] = /^\$\{?(\w+)\}?/.exec(text) ?? [];
  return { value: VALUES[name] ?? 'word', length: whole.length };
}

/** The text of a document's fenced `sh` blocks. */
export const shellBlocks = (markdown: string): string =>
  [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');

/** Commands that a document names in its sentences. One that is named without its arguments is asked for help only. */
export const namedCommands = (markdown: string): Call[] =>
  [...markdown.replaceAll(/^```.*?^```$/gms, '').matchAll(/`(gcloud [^`]+)`/g)].map(([, command = '']) => {
    const call = command.split(/\s+/);
    return call.some((word) => /^--[\w-]+=/.test(word)) ? call : [...call, '--help'];
  });

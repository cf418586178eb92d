import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const documents = globSync('**/*.md', { exclude: ['**/node_modules/**', '**/dist/**', 'test/**'] });

/** What a link may name: headings, as GitHub writes them in links, and places that have an id. */
const anchors = (document: string): string[] =>
  prose(document).flatMap((line) => {
    const [, id] = /<a id="([^"]+)">/.exec(line) ?? [];
    const [, heading] = /^#{1,6} (.*)$/.exec(line) ?? [];
    if (heading === undefined) return id === undefined ? [] : [id];
    const words = heading.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '');
    return [words.trim().replaceAll(' ', '-')];
  });

/** The lines outside of code. */
function prose(document: string): string[] {
  let inCode = false;
  return readFileSync(document, 'utf8')
    .split('\n')
    .filter((line) => {
      if (!line.trimStart().startsWith('```')) return !inCode;
      inCode = !inCode;
      return false;
    });
}

const links = (document: string): string[] =>
  prose(document).flatMap((line) => [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to));

describe.each(documents)('%s', (document) => {
  it.skipIf(document === 'CHANGELOG.md')('says each thing once: no heading comes twice', () => {
    const seen = anchors(document);
    expect(seen.filter((anchor, at) => seen.indexOf(anchor) !== at)).toEqual([]);
  });

  it('leads to files and headings that exist', () => {
    const dead = links(document).filter((to) => {
      if (/^[a-z]+:/.test(to)) return false;
      const [path = '', anchor] = to.split('#');
      const file = path === '' ? document : join(dirname(document), decodeURI(path));
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchors(file).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

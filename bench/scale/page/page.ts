import { BLOCKS } from './tables.ts';

/**
 * docs/scale.md with what is reckoned put anew between its marks, `<!-- costs -->` and `<!-- /costs -->`.
 * @throws {Error} a mark has no table, or a table no mark
 */
export function scalePage(page: string): string {
  const missing = new Set(Object.keys(BLOCKS));
  const made = page.replace(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, (_, name: string) => {
    const block = BLOCKS[name];
    if (block === undefined) throw new Error(`nothing is reckoned for ${name}`);
    missing.delete(name);
    return `<!-- ${name} -->\n${block()}\n<!-- /${name} -->`;
  });
  if (missing.size > 0) throw new Error(`the page has no place for ${[...missing].join(', ')}`);
  return made;
}

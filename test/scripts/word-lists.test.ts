import { readdirSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { wordLists } from '../../scripts/word-lists.ts';
import * as source from '../../tamil/words/lists.ts';

it('gives the bundle every list as the source reads it, and no file to read', async () => {
  const bundle = await rolldown({ input: 'tamil/words/lists.ts', platform: 'node', plugins: [wordLists] });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const [{ code }] = output;
  expect(code).not.toContain('node:fs');
  const bundled: typeof source = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const lists = readdirSync('tamil/words', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.txt'),
  );
  expect(lists.length).toBeGreaterThan(50);
  for (const name of lists.map((file) => file.slice(0, -'.txt'.length))) {
    expect(bundled.readSections(name), name).toEqual(source.readSections(name));
  }
  expect(() => bundled.readWords('none')).toThrow('no word list');
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from './render.ts';

const FOLDER = join(import.meta.dirname, 'essays');
const essays = readdirSync(FOLDER).filter((file) => /^\d\d-[a-z-]+\.txt$/.test(file));

/**
 * Fifteen essays of pupils and newspapers, good and poor, each with its critique as a teacher reviewed it, remark by remark. A change shows
 * as a difference to be read aloud again; `npx vitest run test/tamil/critique/essays.test.ts --update` then writes it down.
 */
describe('the critique of an essay', () => {
  it('is tried on fifteen essays', () => {
    expect(essays).toHaveLength(15);
  });

  it.each(essays)('%s says what was reviewed', async (file) => {
    const critique = render(readFileSync(join(FOLDER, file), 'utf8'));
    await expect(critique).toMatchFileSnapshot(join(FOLDER, file.replace('.txt', '.critique')));
  });
});

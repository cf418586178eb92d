import { readFileSync } from 'node:fs';

const FILE = new URL('../../tamil/proofread/examples.txt', import.meta.url);

/** [rule, as written, as it should be] */
export type Example = readonly [rule: string, wrong: string, right: string];

/** What the rules find, as the engine's own examples show it. */
export const readExamples = (): Example[] =>
  readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, rule = '', wrong = '', right = ''] = /^(\S+): (.+) > (.+)$/.exec(line) ?? [];
      if (rule === '') throw new TypeError(`not an example: ${line}`);
      return [rule, wrong, right];
    });

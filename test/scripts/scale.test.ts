import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { storedSize } from '../../bench/scale/document-size.ts';
import { ASSUMED, PRICES, SECONDS_PER_MONTH } from '../../bench/scale/inputs.ts';
import { scalePage } from '../../bench/scale/page/page.ts';
import { pictures } from '../../bench/scale/page/pictures.ts';
import { costOf, monthly, needOf, sumOf } from '../../bench/scale/reckon.ts';

describe('docs/scale.md', () => {
  const page = readFileSync('docs/scale.md', 'utf8');

  it('has the tables that its inputs make today (npm run scale)', () => {
    expect(page).toBe(scalePage(page));
  });

  it('has the pictures that the simulation draws today (npm run scale)', () => {
    const drawn = pictures();
    expect(readdirSync('docs/scale').sort()).toEqual([...drawn.keys()].sort());
    for (const [name, svg] of drawn) {
      expect(readFileSync(`docs/scale/${name}`, 'utf8'), name).toBe(svg);
      expect(page, name).toContain(`](scale/${name})`);
    }
  });

  it('misses no table of which it has no place, and takes none that is not reckoned', () => {
    expect(() => scalePage('')).toThrow(/no place for .*costs/);
    expect(() => scalePage(`${page}<!-- wishes -->\n<!-- /wishes -->`)).toThrow(
      'nothing is reckoned for wishes',
    );
  });
});

describe('what scale.md reckons with', () => {
  it('counts tokens and calls at their price', () => {
    const cost = costOf(needOf(1));
    const { gemini, firestore } = PRICES;
    expect(cost['model tokens']).toBeCloseTo(
      ASSUMED.inputTokens * gemini.inputToken + ASSUMED.outputTokens * gemini.outputToken,
    );
    expect(cost.Firestore).toBeGreaterThan(3 * firestore.write + 3 * firestore.read);
    expect(monthly(2, sumOf(cost))).toBeCloseTo(2 * SECONDS_PER_MONTH * sumOf(cost));
  });

  it('needs instances in proportion, once there are many', () => {
    const [few, many] = [needOf(10_000), needOf(1_000_000)];
    for (const name of ['submit', 'worker', 'operations'] as const)
      expect(many.instances[name] / few.instances[name]).toBeCloseTo(100, -1);
    expect(few.queues).toBe(20);
    expect(many.queues).toBe(2000);
  });

  it('knows what Firestore stores for the document of its manual', () => {
    // https://firebase.google.com/docs/firestore/storage-size: a document of 147 bytes and an index entry.
    const document = {
      name: 'projects/p/databases/(default)/documents/users/jeff/tasks/my_task_id',
      fields: {
        type: { stringValue: 'Personal' },
        done: { integerValue: '0' },
        priority: { integerValue: '1' },
        description: { stringValue: 'Learn Cloud Firestore' },
      },
    };
    // The manual's `done` is a boolean of 1 byte, here it is an integer of 8.
    expect(storedSize(document, [])).toBe(147 + 7);
    expect(storedSize(document, [['done', 'priority'], ['missing']])).toBe(154 + 112 + 7);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listOperations, listQuery } from '../../../shared/operations/access/list.ts';
import { summaryOf } from '../../../shared/operations/record/summary.ts';
import { validate } from '../../../shared/validate.ts';
import { idOf, queued, RETENTION, START, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices();
});
afterEach(() => fixture[Symbol.asyncDispose]());

/** As the query parameters have it, each with its values. */
const list = async (
  asked: Readonly<Record<string, string | readonly string[]>> = {},
  tenant = 'school-1',
) => {
  const values = Object.entries(asked).map(([name, value]) => [name, [value].flat()]);
  const query = validate(listQuery(fixture.services.kinds), Object.fromEntries(values));
  return listOperations(fixture.services, tenant, query);
};
const idsOf = async (...asked: Parameters<typeof list>) =>
  (await list(...asked)).operations.map(({ operation_id }) => operation_id);
/** Operations `0` to `many - 1`, each a second newer than the one before. */
const put = async (many: number) => {
  for (let n = 0; n < many; n += 1)
    await fixture.services.store.create(queued(String(n), { created_at: START + n * 1000 }));
};
const newest = (from: number, many: number) => Array.from({ length: many }, (_, n) => idOf(String(from - n)));

describe('a list of operations', () => {
  it('is newest first, and of twenty where nothing else is asked for', async () => {
    await put(21);
    expect(await idsOf()).toEqual(newest(20, 20));
  });

  it('goes on where its page ended, until it ends itself', async () => {
    await put(5);
    const first = await list({ page_size: '2' });
    expect(first.operations.map(({ operation_id }) => operation_id)).toEqual(newest(4, 2));
    const second = await list({ page_size: '2', page_token: first.next_page_token ?? '' });
    expect(second.operations.map(({ operation_id }) => operation_id)).toEqual(newest(2, 2));
    const third = await list({ page_size: '2', page_token: second.next_page_token ?? '' });
    expect(third).toEqual({ operations: [expect.objectContaining({ operation_id: idOf('0') })] });
  });

  it('has no next page where its last operation is the last of all', async () => {
    await put(2);
    expect(await list({ page_size: '2' })).not.toHaveProperty('next_page_token');
  });

  it('is of one tenant, one state and one endpoint', async () => {
    const { store } = fixture.services;
    await store.create(queued('a'));
    await store.create(succeeded('b', {}));
    await store.create(queued('c', { tenant_id: 'school-2' }));
    await store.create(queued('d', { endpoint: 'essay-critique' }));
    expect(await idsOf({ status: 'succeeded' })).toEqual([idOf('b')]);
    expect(await idsOf({ endpoint: 'essay-critique' })).toEqual([idOf('d')]);
    expect(await idsOf({}, 'school-2')).toEqual([idOf('c')]);
  });

  it('leaves out what is past its retention, from that moment on', async () => {
    const { store } = fixture.services;
    await store.create(queued('old', { created_at: START + 1, expire_at: START + RETENTION }));
    await store.create(queued('new', { created_at: START, expire_at: START + RETENTION + 1 }));
    fixture.clock.now = START + RETENTION - 1;
    expect(await idsOf()).toEqual([idOf('old'), idOf('new')]);
    fixture.clock.now = START + RETENTION;
    expect(await idsOf()).toEqual([idOf('new')]);
  });

  it('has a next page also where a store still knew all of this one, and it was past its retention', async () => {
    const past = queued('old', { expire_at: START });
    fixture.interpose(() => ({ list: async () => ({ operations: [summaryOf(past)], more: true }) }));
    expect(await list()).toEqual({ operations: [], next_page_token: `${START}_${idOf('old')}` });
  });

  it.each([
    ['page_size', '0'],
    ['page_size', '101'],
    ['page_size', '1000'],
    ['page_size', '-1'],
    ['page_size', '1.5'],
    ['page_size', ''],
    ['page_size', 'ten'],
    ['status', 'lost'],
    ['endpoint', 'translate'],
    ['page_token', ''],
    ['page_token', 'null'],
    ['page_token', `-1_${idOf('a')}`],
    ['page_token', `1.5_${idOf('a')}`],
    ['page_token', '1_a'],
    ['page_token', `1_${idOf('a')}_1`],
    ['page_token', '1'],
    ['page_token', `1_${idOf('a')}`.padEnd(201, '=')],
    ['page_token', `${'1'.repeat(16)}_${idOf('a')}`],
  ])('refuses %s=%s, and names it', async (field, value) => {
    await expect(list({ [field]: value })).rejects.toMatchObject({
      code: 'validation-error',
      errors: [{ field }],
    });
  });

  it('takes the smallest and the largest page', async () => {
    await put(2);
    expect(await idsOf({ page_size: '1' })).toEqual(newest(1, 1));
    expect(await idsOf({ page_size: '100' })).toEqual(newest(1, 2));
    expect(await idsOf({ page_token: `0_${idOf('a')}` })).toEqual([]);
  });

  it('refuses what is sent twice', async () => {
    await expect(list({ page_size: ['1', '2'] })).rejects.toMatchObject({ errors: [{ field: 'page_size' }] });
  });
});

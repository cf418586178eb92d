import { afterEach, beforeEach, expect, it } from 'vitest';
import { findOperation } from '../../../shared/operations/access/find.ts';
import { idOf, queued, RETENTION, START } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(async () => {
  fixture = openServices();
  await fixture.services.store.create(queued('a'));
});
afterEach(() => fixture[Symbol.asyncDispose]());

const find = (id: string, tenant = 'school-1') => findOperation(fixture.services, tenant, id);
const notFound = { code: 'not-found', message: 'There is no such operation.' };

it('an operation is found by its tenant', async () => {
  expect((await find(idOf('a'))).operation).toEqual(queued('a'));
  expect((await find(idOf('a').toUpperCase())).operation).toEqual(queued('a'));
});

it('one of another tenant, one that never was and an id that cannot be one are told alike', async () => {
  await expect(find(idOf('a'), 'school-2')).rejects.toMatchObject(notFound);
  await expect(find(idOf('b'))).rejects.toMatchObject(notFound);
  const { read } = fixture.storeCalls;
  for (const id of ['', 'a', '../a', `${idOf('a')}0`, `{${idOf('a')}}`])
    await expect(find(id)).rejects.toMatchObject(notFound);
  expect(fixture.storeCalls.read).toBe(read);
});

it('one is found up to the end of its retention, and not at it', async () => {
  fixture.clock.now = START + RETENTION - 1;
  expect((await find(idOf('a'))).operation.id).toBe(idOf('a'));
  fixture.clock.now += 1;
  await expect(find(idOf('a'))).rejects.toMatchObject(notFound);
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { work } from '../../../shared/operations/work/work.ts';
import { idOf, queued } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(async () => {
  fixture = openServices();
  await fixture.services.store.create(queued('a', { input: { text: 'அவன் வந்தான்.', language: 'ta' } }));
});
afterEach(() => fixture[Symbol.asyncDispose]());

const deliver = () => work(fixture.services, { operation_id: idOf('a'), task: 'task-a', dispatch: 0 });

describe('a claim', () => {
  it('is tried five times where another writes first', async () => {
    fixture.loseRaces(4);
    expect(await deliver()).toEqual({ kind: 'done', status: 'succeeded' });
  });

  it('leaves the operation to the others then, and asks no provider', async () => {
    fixture.loseRaces(5);
    expect(await deliver()).toEqual({ kind: 'held' });
    expect(fixture.provider.calls).toHaveLength(0);
  });
});

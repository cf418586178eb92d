import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { erase } from '../../../shared/operations/access/erase.ts';
import { childOperationId, keyedOperationId } from '../../../shared/operations/record/ids.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { submit } from '../../../shared/operations/submit/submit.ts';
import { sweep } from '../../../shared/operations/work/sweep.ts';
import { work } from '../../../shared/operations/work/work.ts';
import { failed, idOf, queued, running, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices({}, { unfinishedOperations: 3 });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const eraseIt = (id = idOf('a')) => erase(fixture.services, 'school-1', id);
const stored = async (id = idOf('a')) => (await fixture.services.store.read(id))?.operation;
const put = (operation: Parameters<typeof fixture.services.store.create>[0]) =>
  fixture.services.store.create(operation);
const ask = (endpoint: string, input: Record<string, unknown>, key?: string) =>
  submit(fixture.services, {
    kind: fixture.services.kinds.of(endpoint),
    input,
    tenant_id: 'school-1',
    request_id: 'request-1',
    key,
    preferences: { respondAsync: true, wait: undefined },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
  });
const deliver = (operation_id: string) => work(fixture.services, { operation_id, task: 't', dispatch: 0 });
const TEXT = { text: 'அவன் வந்தான்.', language: 'ta' };

describe('erasing an operation', () => {
  it.each([
    ['succeeded', succeeded('a', {})],
    ['failed', failed('a')],
  ])('that has %s leaves nothing, and again is not found', async (_, operation) => {
    await put(operation);
    await eraseIt();
    expect(await stored()).toBeUndefined();
    await expect(eraseIt()).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([queued('a'), running('a')])(
    'that is $status is refused, until it is cancelled',
    async (operation) => {
      await put(operation);
      await expect(eraseIt()).rejects.toMatchObject({
        code: 'operation-not-finished',
        message: expect.stringContaining(operation.status),
      });
      expect(await stored()).toEqual(operation);
      await cancel(fixture.services, 'school-1', idOf('a'));
      await eraseIt();
      expect(await stored()).toBeUndefined();
    },
  );

  it('of another tenant is not found, and stays', async () => {
    await put(failed('a', { tenant_id: 'school-2' }));
    await expect(eraseIt()).rejects.toMatchObject({ code: 'not-found' });
    expect(await stored()).toMatchObject({ tenant_id: 'school-2' });
  });

  it('is tried ten times where the record moves, and the store is unavailable then', async () => {
    await put(failed('a'));
    let left = 10;
    fixture.interpose((store) => ({
      erase: async (id, version) => {
        left -= 1;
        return left >= 0 ? false : store.erase(id, version);
      },
    }));
    await expect(eraseIt()).rejects.toThrow(StoreUnavailable);
    await eraseIt();
    expect(await stored()).toBeUndefined();
  });

  it('ends what its queue still has to say of it', async () => {
    const { operation } = await ask('proofread', TEXT);
    await deliver(operation.id);
    await eraseIt(operation.id);
    expect(await deliver(operation.id)).toEqual({ kind: 'done', status: 'unknown' });
    fixture.clock.now += 3_600_000;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({
      requeued: 0,
      overdue: 0,
      failed: 0,
    });
    expect(await stored(operation.id)).toBeUndefined();
  });

  it('comes before an attempt that was cancelled writes its answer, which is lost', async () => {
    const { operation } = await ask('proofread', TEXT);
    fixture.provider.script = async () => {
      await cancel(fixture.services, 'school-1', operation.id);
      await eraseIt(operation.id);
      return { issues: [] };
    };
    expect(await deliver(operation.id)).toEqual({ kind: 'done', status: 'unknown' });
    expect(await stored(operation.id)).toBeUndefined();
  });

  it('gives its place in the quota to no second one', async () => {
    for (let n = 0; n < 3; n += 1) await ask('proofread', TEXT);
    await put(failed('a'));
    await eraseIt();
    await expect(ask('proofread', TEXT)).rejects.toMatchObject({ code: 'rate-limited' });
  });
});

describe('the key of an erased operation', () => {
  const keyed = () => ask('proofread', TEXT, 'mine');

  it('is free, for another body too', async () => {
    const { operation } = await keyed();
    await deliver(operation.id);
    await eraseIt(operation.id);
    fixture.clock.now += 1;
    const again = await ask('proofread', { ...TEXT, text: 'அவள் வந்தாள்.' }, 'mine');
    expect(again).toMatchObject({ replayed: false, operation: { status: 'queued' } });
    await deliver(again.operation.id);
    expect(await stored(again.operation.id)).toMatchObject({
      status: 'succeeded',
      result: { original_text: 'அவள் வந்தாள்.' },
    });
    expect(fixture.provider.calls).toHaveLength(2);
  });

  it('is free where it stood for a later one', async () => {
    const id = keyedOperationId({ tenant_id: 'school-1', endpoint: 'proofread', key: 'mine' });
    const { fingerprint = '' } = (await keyed()).operation;
    await cancel(fixture.services, 'school-1', id);
    await eraseIt(id);
    const error = { code: 'provider-config-missing', message: 'no key' };
    await put({ ...failed('a', { fingerprint }), id, error } as Parameters<typeof put>[0]);
    const second = await keyed();
    expect(second).toMatchObject({ replayed: false });
    expect((await keyed()).operation.id).toBe(second.operation.id);
    await deliver(second.operation.id);
    await eraseIt(second.operation.id);
    expect(await keyed()).toMatchObject({ replayed: false, operation: { status: 'queued' } });
  });
});

describe('erasing a certification', () => {
  const certify = () => ask('onboarding-certify', { mode: 'full', integrationId: 'crm' });

  it('erases the checks with it, also one that is still queued', async () => {
    const { operation } = await certify();
    await deliver(operation.id);
    const checks = ['proofread', 'essay-critique'].map((name) => childOperationId(operation, name));
    await deliver(checks[0] ?? '');
    const parent = await fixture.services.store.read(operation.id);
    const ended = {
      ...failed('a'),
      id: operation.id,
      created_at: operation.created_at,
      endpoint: operation.endpoint,
      input: operation.input,
    };
    await fixture.services.store.update(ended, parent?.version ?? '');
    expect(await stored(checks[1])).toMatchObject({ status: 'queued' });
    await eraseIt(operation.id);
    for (const id of [operation.id, ...checks]) expect(await stored(id)).toBeUndefined();
  });

  it('lets the next one begin at once', async () => {
    const { operation } = await certify();
    await expect(certify()).rejects.toMatchObject({ code: 'certification-running' });
    await cancel(fixture.services, 'school-1', operation.id);
    await eraseIt(operation.id);
    expect(await certify()).toMatchObject({ operation: { status: 'queued' } });
  });

  it('leaves the lock to the one that has it now', async () => {
    const first = await certify();
    await cancel(fixture.services, 'school-1', first.operation.id);
    const second = await certify();
    await eraseIt(first.operation.id);
    await expect(certify()).rejects.toMatchObject({ code: 'certification-running' });
    expect(await stored(second.operation.id)).toMatchObject({ status: 'queued' });
  });
});

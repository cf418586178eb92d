import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findOperation } from '../../../shared/operations/access/find.ts';
import type { Services } from '../../../shared/operations/services.ts';
import { createFirestoreStore } from '../../../shared/operations/store/firestore/store.ts';
import { type Submission, submit } from '../../../shared/operations/submit/submit.ts';
import { work } from '../../../shared/operations/work/work.ts';
import { firestoreEmulator, newProject, noFirestoreEmulator } from '../../support/firestore-emulator.ts';
import { type FirestoreProxy, startFirestoreProxy } from '../../support/firestore-proxy.ts';
import { PATIENT } from '../../support/patience.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

/** What an operation costs at Firestore, counted on the wire. `docs/scale.md` reckons with it. */
describe.skipIf(noFirestoreEmulator)('RPCs of an operation', () => {
  let proxy: FirestoreProxy;
  let fixture: ServiceFixture;
  let services: Services;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    proxy = await startFirestoreProxy(await firestoreEmulator(), 'gRPC');
    fixture = openServices();
    const store = createFirestoreStore({
      ...PATIENT,
      projectId: newProject(),
      emulatorHost: proxy.host,
      now: fixture.services.now,
    });
    services = { ...fixture.services, store };
    await store.ping();
    closing.push(
      () => store.close(),
      async () => fixture[Symbol.asyncDispose](),
      () => proxy.close(),
    );
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  beforeEach(() => {
    proxy.rpcs.length = 0;
  });

  const send = (changes: Partial<Submission> = {}) =>
    submit(services, {
      kind: services.kinds.of('proofread'),
      input: { text: 'அந்தப் பையன் வந்தான்.', language: 'ta' },
      tenant_id: 'school-1',
      request_id: 'request-1',
      key: undefined,
      preferences: { respondAsync: true, wait: undefined },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      gone: () => new AbortController().signal,
      waiting: () => new AbortController().signal,
      ...changes,
    });
  const methods = () => proxy.rpcs.splice(0).map(({ method }) => method);

  it('asynchronous: create 1, claim 2, finish 1, poll 1', async () => {
    const { operation } = await send();
    expect(methods()).toEqual(['Commit']);
    expect(await work(services, { operation_id: operation.id, task: 'a', dispatch: 0 })).toMatchObject({
      status: 'succeeded',
    });
    expect(methods()).toEqual(['BatchGetDocuments', 'Commit', 'Commit']);
    await findOperation(services, 'school-1', operation.id);
    expect(methods()).toEqual(['BatchGetDocuments']);
  });

  it('synchronous: 1 without a key, 2 with one; a replay is refused, asked its age, and read', async () => {
    const synchronous = { preferences: { respondAsync: false, wait: undefined } };
    await send(synchronous);
    expect(methods()).toEqual(['Commit']);
    const key = randomUUID();
    await send({ ...synchronous, key });
    expect(methods()).toEqual(['Commit', 'Commit']);
    expect((await send({ ...synchronous, key })).replayed).toBe(true);
    expect(methods()).toEqual(['Commit', 'BatchGetDocuments', 'BatchGetDocuments']);
  });

  it('a duplicate of a task that is done: 1', async () => {
    const { operation } = await send();
    await work(services, { operation_id: operation.id, task: 'a', dispatch: 0 });
    methods();
    await work(services, { operation_id: operation.id, task: 'a', dispatch: 1 });
    expect(methods()).toEqual(['BatchGetDocuments']);
  });
});

import { describe, expect, it } from 'vitest';
import { MOST_WRITES } from '../../../../shared/operations/store/firestore/document.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { failed, idOf, queued, RETENTION, running, START } from '../../../contract/records.ts';
import { clock, counted, once, other, overEachTransport, proxy, rpcs, seed, store } from './through-proxy.ts';

overEachTransport(() => {
  describe('when an answer is lost', () => {
    it('knows the record that it made itself', async () => {
      once('Commit', { kind: 'lose-answer' });
      const version = await store.create(queued('a'));
      expect(version).toBeTypeOf('string');
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
      expect(rpcs().slice(0, -1)).toEqual(['Commit', 'BatchGetDocuments']);
    });

    it('knows it even when another has written over it, and has a version of no more use', async () => {
      const meanwhile = async () => other.update(running('a'), (await other.read(idOf('a')))?.version ?? '');
      once('Commit', { kind: 'lose-answer', meanwhile });
      const version = await store.create(queued('a'));
      expect(version).toBeTypeOf('string');
      expect(await store.update(failed('a'), version ?? '')).toBeUndefined();
      expect((await other.read(idOf('a')))?.operation).toEqual(running('a'));
    });

    it('knows the write that it did itself', async () => {
      const first = await seed();
      once('Commit', { kind: 'lose-answer' });
      const version = await store.update(running('a'), first);
      expect(await store.read(idOf('a'))).toEqual({ operation: running('a'), version });
    });

    it('knows that write even when another has written over it', async () => {
      const first = await seed();
      const meanwhile = async () => other.update(failed('a'), (await other.read(idOf('a')))?.version ?? '');
      once('Commit', { kind: 'lose-answer', meanwhile });
      const version = await store.update(running('a'), first);
      expect(version).toBeTypeOf('string');
      expect(await store.update(running('a'), version ?? '')).toBeUndefined();
      expect((await other.read(idOf('a')))?.operation).toEqual(failed('a'));
    });

    it('knows the record that it put in the place of one past its retention', async () => {
      await seed(queued('a', { expire_at: START + 1 }));
      clock.now = START + 1;
      let commits = 0;
      proxy.fault = ({ method }) =>
        method === 'Commit' && ++commits === 2 ? { kind: 'lose-answer' } : undefined;
      const record = queued('a', { expire_at: START + RETENTION });
      const version = await store.create(record);
      expect(await store.read(idOf('a'))).toEqual({ operation: record, version });
    });

    it('asks again when it read', async () => {
      const version = await seed();
      once('BatchGetDocuments', { kind: 'lose-answer' });
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
      once('RunQuery', { kind: 'lose-answer' });
      expect(await store.due(START, 5)).toHaveLength(1);
    });
  });

  describe('writes that wait for another write of their process', () => {
    const both = () =>
      Promise.all(
        [queued('a'), queued('a', { generation: 1 })].map((one) => store.create(one).catch((e) => e)),
      );

    it('are not made because of its fault', async () => {
      once('Commit', { kind: 'status', code: 3, message: 'Document is too large' });
      const [tooLarge, version] = await both();
      expect(tooLarge).toBeInstanceOf(RecordTooLarge);
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a', { generation: 1 }), version });
    });

    it('look, and do not write, when its answer is lost', async () => {
      once('Commit', { kind: 'lose-answer' });
      const [version, refused] = await both();
      expect([typeof version, refused]).toEqual(['string', undefined]);
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
      expect(counted()).toMatchObject({ Commit: 1 });
    });

    it('are not refused for one that builds on another state', async () => {
      const first = await seed();
      const second = (await other.update(queued('a', { generation: 1 }), first)) ?? '';
      const made = await Promise.all([first, second].map((one) => store.update(running('a'), one)));
      expect(made).toEqual([undefined, expect.any(String)]);
    });

    it('are tried themselves when it was not answered, and then not at all', async () => {
      const first = await seed();
      let commits = 0;
      proxy.fault = ({ method }) =>
        method === 'Commit' && commits < 2 ? { kind: 'status', code: [14, 7][commits++] ?? 0 } : undefined;
      const writes = [running('a'), failed('a')].map((one) =>
        store.update(one, first).catch((error) => error),
      );
      const made = await Promise.all(writes);
      expect(made.filter((one) => one instanceof StoreUnavailable)).toHaveLength(1);
      expect(made.filter((one) => typeof one === 'string')).toHaveLength(1);
    });

    it('are made in its place when it never arrived', async () => {
      once('Commit', { kind: 'status', code: 14 });
      const made = await both();
      expect(made.filter((one) => typeof one === 'string')).toHaveLength(1);
      expect(made).toContain(undefined);
    });
  });

  describe('when the first attempt never arrived', () => {
    it('does not take another’s record for its own, and sees it without another write', async () => {
      const meanwhile = () => other.create(queued('a', { request_id: 'another' }));
      once('Commit', { kind: 'status', code: 14, meanwhile });
      expect(await store.create(queued('a'))).toBeUndefined();
      expect(rpcs()).toEqual(['Commit', 'BatchGetDocuments']);
      expect((await store.read(idOf('a')))?.operation.request_id).toBe('another');
    });

    it.each([
      ['create', async () => store.create(queued('a'))],
      ['update', async () => store.update(running('a'), await seed())],
    ])('knows its own %s that is carried out only after it looked for it', async (_, write) => {
      once('Commit', { kind: 'late' });
      const version = await write();
      expect(version).toBeTypeOf('string');
      expect((await store.read(idOf('a')))?.version).toBe(version);
      expect(counted()).toMatchObject({ Commit: 2 });
    });

    it('does not take another’s write for its own', async () => {
      const first = await seed();
      once('Commit', { kind: 'status', code: 14, meanwhile: () => other.update(failed('a'), first) });
      expect(await store.update(running('a'), first)).toBeUndefined();
      expect(rpcs()).toEqual(['Commit', 'BatchGetDocuments']);
      expect((await store.read(idOf('a')))?.operation).toEqual(failed('a'));
    });

    it.each([
      ['ABORTED', 10],
      ['UNAVAILABLE', 14],
      ['INTERNAL', 13],
      ['RESOURCE_EXHAUSTED', 8],
    ])('writes once after %s', async (_name, code) => {
      const first = await seed();
      once('Commit', { kind: 'status', code });
      const version = await store.update(running('a'), first);
      expect(await store.read(idOf('a'))).toEqual({ operation: running('a'), version });
    });
  });

  it.each([
    ['BatchGetDocuments', () => store.read(idOf('a'))],
    ['RunQuery', () => store.due(START, 1)],
  ])('repeats %s by its own count and pauses alone, without the client’s seconds', async (method, call) => {
    await seed();
    // Four of ours take 750 ms at most. The client's begin with a second, and the store's whole budget is five.
    proxy.fault = (rpc) =>
      rpc.method === method && rpcs().length <= 4 ? { kind: 'status', code: 14 } : undefined;
    await call();
    expect(rpcs()).toEqual(Array.from({ length: 5 }, () => method));
  });

  describe('after many writes', () => {
    /** A record that was written `count` times, and the version of the last. */
    const written = async (count: number) => {
      let version = await seed();
      for (let n = 1; n < count; n += 1) version = (await other.update(running('a'), version)) ?? '';
      return version;
    };

    it('remembers the latest alone, and knows its own among them', async () => {
      const version = await written(MOST_WRITES + 5);
      expect(version.split(' ')).toHaveLength(MOST_WRITES + 1);
      expect(version.length).toBeLessThan(500);
      expect((await store.read(idOf('a')))?.version).toBe(version);
      once('Commit', { kind: 'lose-answer' });
      const next = await store.update(failed('a'), version);
      expect(await store.read(idOf('a'))).toEqual({ operation: failed('a'), version: next });
    });

    it('knows its own after others have written over it a dozen times', async () => {
      const version = await written(MOST_WRITES + 5);
      const meanwhile = async () => {
        for (let n = 0; n < 12; n += 1)
          await other.update(running('a'), (await other.read(idOf('a')))?.version ?? '');
      };
      once('Commit', { kind: 'lose-answer', meanwhile });
      const own = await store.update(failed('a'), version);
      expect(own).toBeTypeOf('string');
      expect(await store.update(failed('a'), own ?? '')).toBeUndefined();
      expect((await store.read(idOf('a')))?.operation).toEqual(running('a'));
    });

    it('reads a document whose writes nobody bounded, and bounds them', async () => {
      let version = await written(3);
      const before = version.split(' ');
      version = [...before, ...Array.from({ length: 40 }, (_, n) => `nonce-${n}`)].join(' ');
      const next = await store.update(running('a'), version);
      expect(next?.split(' ')).toHaveLength(MOST_WRITES + 1);
    });
  });
});

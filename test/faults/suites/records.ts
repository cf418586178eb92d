import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ASYNC, GRACE_MS, type ProcessDeployment } from '../processes.ts';

const SECTION = { title: 'பகுதி', summary: 'இப்பகுதி நன்று.', items: [] };
/** More than a record may take (1,000,000 bytes), and less than is read of a provider's answer (1 MiB). */
const HUGE = {
  answer: {
    summary: 'நீளம்'.repeat(68_000),
    topFixes: [],
    sections: { structure: SECTION, clarity: SECTION, facts: SECTION, citations: SECTION },
  },
};
const WITHIN_BOUNDS = { status: 'succeeded', result: { summary: expect.stringMatching(/^.{1,100}$/) } };
const newKey = () => ({ 'idempotency-key': randomUUID() });

export const unusableRecords = (opened: () => ProcessDeployment) =>
  describe('10 records that nobody can use', () => {
    it('past their retention, still in the store: not found, listed, cancelled or replayed from that moment on', async () => {
      const { provider, ...deployment } = opened();
      const client = await deployment.client('retention');
      const { text, calls } = provider.tell();
      const key = newKey();
      const { body } = await client.post('/v1/proofread', { text }, key);
      const path = `/v1/operations/${body.operation_id}`;
      expect((await client.get(path)).status).toBe(200);
      expect((await client.get('/v1/operations')).body.operations).toHaveLength(1);
      await deployment.rewrite(body.operation_id, () => ({ expire_at: Date.now() }));
      expect((await client.get(path)).body.code).toBe('not-found');
      expect((await client.post(`${path}/cancel`)).body.code).toBe('not-found');
      expect((await client.get('/v1/operations')).body).toEqual({ operations: [] });
      const again = await client.post('/v1/proofread', { text }, key);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
      expect(calls).toHaveLength(2);
    });

    it('past their retention: a task that comes so late is acknowledged, and nothing done', async () => {
      const { provider, worker, queue, ...deployment } = opened();
      await queue.pause();
      const told = provider.tell();
      const id = await deployment.accept(told);
      const task = await deployment.taskOf(id);
      await deployment.rewrite(id, () => ({ expire_at: Date.now() }));
      expect(await worker.deliver(id, { task })).toBe(200);
      await queue.resume();
      await deployment.succeeds(await deployment.accept(provider.tell()));
      expect(told.calls).toHaveLength(0);
    });

    it('with more words from a model than they can hold: leave those out, once', async () => {
      const { provider, worker, ...deployment } = opened();
      const told = provider.tell(() => HUGE);
      const client = await deployment.client();
      const { body } = await client.post('/v1/essay-critique', { essay: told.text }, ASYNC);
      expect((await client.finished(body.operation_id)).body).toMatchObject(WITHIN_BOUNDS);
      const writes = await deployment.writes(body.operation_id);
      expect(await worker.deliver(body.operation_id, { dispatch: 1 })).toBe(200);
      expect(await deployment.writes(body.operation_id)).toBe(writes);
      expect(told.calls).toHaveLength(1);
    });

    it.each([
      ['without a key', () => ({})],
      ['with one', newKey],
    ])(
      'with more words from a model than they can hold: leave those out in the window too, %s',
      async (_, key) => {
        const { provider, ...deployment } = opened();
        const told = provider.tell(() => HUGE);
        const client = await deployment.client();
        const { status, body } = await client.post('/v1/essay-critique', { essay: told.text }, key());
        expect([status, body]).toMatchObject([200, WITHIN_BOUNDS]);
        expect((await client.get(`/v1/operations/${body.operation_id}`)).body).toEqual(body);
        expect(told.calls).toHaveLength(1);
      },
    );

    it('damaged: a problem that says nothing of what is wrong, skipped by list and worker, set aside by the sweep, which go on', async () => {
      const { provider, worker, queue, place, ...deployment } = opened();
      const client = await deployment.client('damaged');
      await queue.pause();
      const [damaged, sound] = [provider.tell(), provider.tell()];
      const key = newKey();
      const post = async (text: string, headers = {}) =>
        (await client.post('/v1/proofread', { text }, { ...ASYNC, ...headers })).body.operation_id;
      const id = await post(damaged.text, key);
      const healthy = await post(sound.text);
      await place.damage(id);
      const replies = [
        await client.get(`/v1/operations/${id}`),
        await client.post(`/v1/operations/${id}/cancel`),
        await client.post('/v1/proofread', { text: damaged.text }, { ...ASYNC, ...key }),
      ];
      for (const { status, headers, body } of replies) {
        expect(status).toBe(500);
        expect(headers.get('content-type')).toContain('application/problem+json');
        expect(JSON.stringify(body)).not.toMatch(/JSON|zod|status:|document/);
      }
      expect(await worker.deliver(id)).toBe(200);
      const { body } = await client.get('/v1/operations');
      expect(body.operations.map((one: { operation_id: string }) => one.operation_id)).toEqual([healthy]);
      expect(await deployment.store.countUnfinished('damaged', 9)).toBe(2);
      await client.get('/v1/operations');
      await worker.turnClock(GRACE_MS + 5000);
      await worker.sweep();
      await worker.sweep();
      await worker.turnClock(0);
      expect(await deployment.stored(healthy)).toMatchObject({ generation: 1 });
      expect(await deployment.store.countUnfinished('damaged', 9)).toBe(1);
      await queue.resume();
      await deployment.succeeds(healthy, 'damaged');
      expect(damaged.calls).toHaveLength(0);
      // Once by each process that met it: deployed, one lists and another sweeps.
      const told = () => deployment.logged(id).filter(({ faults }) => faults !== undefined);
      await expect.poll(told).toHaveLength(deployment.functions === undefined ? 1 : 2);
    });
  });

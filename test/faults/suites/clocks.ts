import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LEASE_MS, type ProcessDeployment } from '../processes.ts';
import { until } from '../told-provider.ts';

const MINUTES = 60_000;

export const clocks = (opened: () => ProcessDeployment) =>
  describe('11 clocks that differ', () => {
    const inOrder = (record: Awaited<ReturnType<ProcessDeployment['succeeds']>>) => {
      const { created_at, updated_at } = record;
      expect(updated_at).toBeGreaterThanOrEqual(created_at);
      expect((record as { completed_at: number }).completed_at).toBe(updated_at);
    };

    it('a worker two minutes ahead sees a lease end too soon: two attempts, one end, the first one’s answer refused', async () => {
      const { provider, ...deployment } = opened();
      const beside = await deployment.beside();
      const held = provider.hold({ late: { error: 400 } });
      const id = await deployment.accept(held);
      await held.called(1);
      await beside.turnClock(2 * MINUTES);
      expect([200, 409]).toContain(await beside.deliver(id, { task: 'second' }));
      const finished = await deployment.succeeds(id);
      const writes = await deployment.writes(id);
      held.letGo();
      await until(() => deployment.attempts(id).length === 2, 'both attempts end');
      expect(await deployment.writes(id)).toBe(writes);
      expect(await deployment.stored(id)).toEqual(finished);
      expect(finished).toMatchObject({ attempts: 2 });
      inOrder(finished);
    });

    it('a worker two minutes behind holds a lease that others see end, and sees theirs end later, not never', async () => {
      const { provider, worker, queue, ...deployment } = opened();
      const beside = await deployment.beside();
      await beside.turnClock(-2 * MINUTES);
      await queue.pause();
      const behind = provider.hold();
      const id = await deployment.accept(behind);
      const first = beside.deliver(id, { task: 'first' });
      await behind.called(1);
      // While it sleeps it cannot see that the second has taken the lease, and leave it to that.
      await beside.freeze();
      let finished: Awaited<ReturnType<typeof deployment.succeeds>>;
      try {
        expect([200, 409]).toContain(await worker.deliver(id, { task: 'second' }));
        finished = await deployment.succeeds(id);
      } finally {
        beside.wake();
      }
      behind.letGo();
      expect(await first).toBe(200);
      expect(await deployment.stored(id)).toEqual(finished);
      expect(finished).toMatchObject({ attempts: 2 });
      inOrder(finished);
      await queue.resume();

      const held = provider.hold();
      const other = await deployment.accept(held);
      await held.called(1);
      expect(await beside.deliver(other)).toBe(409);
      await beside.turnClock(LEASE_MS - 40_000);
      expect(await beside.deliver(other)).toBe(409);
      await beside.turnClock(LEASE_MS + 1000);
      expect([200, 409]).toContain(await beside.deliver(other));
      await deployment.succeeds(other);
      held.letGo();
    });

    it('a worker behind the process that accepted: no attempt is short of time, and no time runs backwards', async () => {
      const { provider, queue, ...deployment } = opened();
      const beside = await deployment.beside();
      await beside.turnClock(-2 * MINUTES);
      await queue.pause();
      const id = await deployment.accept(provider.tell());
      // 409: the sweep of the other process came in between, and took its lease for ended.
      expect([200, 409]).toContain(await beside.deliver(id));
      await queue.resume();
      inOrder(await deployment.succeeds(id));
    });

    it.each([2 * MINUTES, -2 * MINUTES])('a clock that jumps by %i ms in mid-attempt', async (jump) => {
      const { provider, worker, ...deployment } = opened();
      const held = provider.hold();
      const id = await deployment.accept(held);
      await held.called(1);
      await worker.turnClock(jump);
      held.letGo();
      const finished = await deployment.succeeds(id);
      await worker.turnClock(0);
      inOrder(finished);
      expect((finished as { latency_ms: number }).latency_ms).toBeLessThan(MINUTES);
      // A sweep that comes in between takes a lease for ended: one attempt more.
      expect(finished.attempts).toBeLessThanOrEqual(2);
      expect(held.calls.length).toBe(finished.attempts);
    });

    it('a sweep two minutes ahead takes a lease away: the operation ends once', async () => {
      const { provider, worker, ...deployment } = opened();
      const held = provider.hold({ late: { error: 400 } });
      const id = await deployment.accept(held);
      await held.called(1);
      await worker.sweep();
      expect(await deployment.stored(id)).toMatchObject({ generation: 0, attempts: 1 });
      await worker.turnClock(2 * MINUTES);
      await worker.sweep();
      await worker.turnClock(0);
      const finished = await deployment.succeeds(id);
      held.letGo();
      await until(() => deployment.attempts(id).length === 2, 'both attempts end');
      expect(finished).toMatchObject({ generation: 1, attempts: 2 });
      expect(await deployment.stored(id)).toEqual(finished);
    });

    it('a sweep two minutes ahead in a synchronous window: one answer, and the store says the same', async () => {
      const { provider, worker, ...deployment } = opened();
      const client = await deployment.client();
      const held = provider.hold();
      const key = { 'idempotency-key': randomUUID() };
      const asked = client.post('/v1/proofread', { text: held.text }, key);
      await held.called(1);
      await worker.turnClock(2 * MINUTES);
      await worker.sweep();
      await worker.turnClock(0);
      await held.called(2);
      held.letGo();
      const { status, body } = await asked;
      expect([200, 202]).toContain(status);
      const finished = await deployment.succeeds(body.operation_id);
      expect(finished).toMatchObject({ generation: 1, attempts: 1 });
      const again = await client.post('/v1/proofread', { text: held.text }, key);
      expect([again.status, again.body.operation_id]).toEqual([200, body.operation_id]);
      expect(held.calls).toHaveLength(2);
    });
  });

import { describe, expect, it } from 'vitest';
import type { ProcessDeployment } from '../processes.ts';

export const duplicateDeliveries = (opened: () => ProcessDeployment) =>
  describe('1 a task that is delivered more than once', () => {
    it('while its attempt runs: refused without slowing the queue, also when redelivered; acknowledged when it is late', async () => {
      const { provider, worker, ...deployment } = opened();
      const held = provider.hold();
      const id = await deployment.accept(held);
      await held.called(1);
      const task = await deployment.taskOf(id);
      const writes = await deployment.writes(id);
      expect(await worker.deliver(id, { task })).toBe(409);
      expect(await worker.deliver(id, { task: 'of-the-sweep' })).toBe(409);
      expect(await worker.deliver(id, { task, dispatch: 1, previous: 409 })).toBe(409);
      const more = await Promise.all(Array.from({ length: 20 }, () => worker.deliver(id, { task })));
      expect(more).toEqual(more.map(() => 409));
      expect(await deployment.writes(id)).toBe(writes);
      held.letGo();
      const finished = await deployment.succeeds(id);
      const late = [{ task }, { task, dispatch: 7 }, { task: 'of-the-sweep' }];
      expect(await Promise.all(late.map((one) => worker.deliver(id, one)))).toEqual([200, 200, 200]);
      expect(await deployment.stored(id)).toEqual(finished);
      // An attempt of more than twelve seconds tells how far it is before its end.
      const { latency_ms } = finished as { latency_ms: number };
      const ends = latency_ms < 10_000 ? [writes + 1] : [writes + 1, writes + 2];
      expect(ends).toContain(await deployment.writes(id));
      expect(held.calls).toHaveLength(1);
    });

    it('twenty times at the same moment: one provider call, one end', async () => {
      const { provider, worker, queue, ...deployment } = opened();
      await queue.pause();
      const told = provider.tell();
      const id = await deployment.accept(told);
      const writes = await deployment.writes(id);
      const answers = await Promise.all(Array.from({ length: 20 }, () => worker.deliver(id)));
      await queue.resume();
      expect(answers).toContain(200);
      expect(answers.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      await deployment.succeeds(id);
      expect(told.calls).toHaveLength(1);
      // The claim and the end.
      expect(await deployment.writes(id)).toBe(writes + 2);
    });

    it('each of ten twice at once, and again when it is done: one provider call for each operation', async () => {
      const { provider, worker, faults, ...deployment } = opened();
      if (faults) faults.rates = { ...faults.rates, duplicate: 1, repeat: 1 };
      const told = Array.from({ length: 10 }, () => provider.tell());
      const ids = await Promise.all(told.map((one) => deployment.accept(one)));
      // The local queue makes no duplicates: there they come from beside it.
      const beside = () => Promise.all(faults ? [] : ids.map((id) => worker.deliver(id)));
      const during = await beside();
      expect(during.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      await Promise.all(ids.map((id) => deployment.succeeds(id)));
      expect(await beside()).toEqual(during.map(() => 200));
      await faults?.settled();
      expect(told.map(({ calls }) => calls.length)).toEqual(told.map(() => 1));
      for (const id of ids) expect(await deployment.stored(id)).toMatchObject({ attempts: 1 });
      if (faults) expect(faults.count).toMatchObject({ duplicate: expect.toSatisfy((n) => n >= 10) });
    });
  });

import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { GRACE_MS, MAX_AGE_MS, type ProcessDeployment } from '../processes.ts';
import { until } from '../told-provider.ts';

/** Cloud Tasks is asked again and again for so long. */
const ENQUEUE_MS = 3000;
/** Longer than a task may take that is on its way. */
const LATER_MS = GRACE_MS + 5000;

export const unenqueued = (opened: () => ProcessDeployment) =>
  describe('4 recorded, but not enqueued', () => {
    it('twenty sweeps at once make one more task of each, and whichever comes first there is one run', async () => {
      const { provider, worker, queue, ...deployment } = opened();
      await queue.pause();
      const told = Array.from({ length: 10 }, () => provider.tell());
      const ids = await Promise.all(told.map((one) => deployment.accept(one)));
      await worker.sweep();
      for (const id of ids) expect(await deployment.stored(id)).toMatchObject({ generation: 0 });
      await worker.turnClock(LATER_MS);
      await Promise.all(Array.from({ length: 20 }, () => worker.sweep()));
      await worker.turnClock(0);
      for (const id of ids) expect(await deployment.stored(id)).toMatchObject({ generation: 1 });
      await queue.resume();
      for (const id of ids) expect(await deployment.succeeds(id)).toMatchObject({ attempts: 1 });
      expect(told.map(({ calls }) => calls.length)).toEqual(told.map(() => 1));
    });

    it('for longer than an operation may take: failed by the sweep, so that nothing is queued for ever', async () => {
      const { provider, worker, queue, ...deployment } = opened();
      await queue.pause();
      const told = provider.tell();
      const id = await deployment.accept(told);
      await deployment.rewrite(id, (operation) => ({
        created_at: operation.created_at - MAX_AGE_MS,
        due_at: Date.now(),
      }));
      await worker.sweep();
      const { body } = await (await deployment.client()).finished(id);
      await queue.resume();
      expect(body).toMatchObject({ status: 'failed', error: { code: 'deadline-exceeded' } });
      await deployment.succeeds(await deployment.accept(provider.tell()));
      expect(told.calls).toHaveLength(0);
    });
  });

/** What the local queue cannot have: it is in the process that enqueues. */
export const failingCloudTasks = (opened: () => ProcessDeployment) =>
  describe('4 Cloud Tasks that fails while a task is created', () => {
    const faultsOf = ({ faults }: ProcessDeployment) => {
      if (faults === undefined) throw new Error('there is no stand-in');
      return faults;
    };

    it('refused at every try, or created and every answer lost: accepted, run once, and the sweep finds what has no task', async () => {
      const { provider, worker, ...deployment } = opened();
      const faults = faultsOf(opened());
      faults.deal(403, 429, 503, 'cut', 'never');
      const told = Array.from({ length: 5 }, () => provider.tell());
      const ids = await Promise.all(told.map((one) => deployment.accept(one)));
      const calls = () => told.reduce((sum, { calls }) => sum + calls.length, 0);
      await until(() => calls() === 2, 'those whose answer was lost run');
      await worker.sweep();
      const generations = async () =>
        (await Promise.all(ids.map((id) => deployment.stored(id))))
          .map((operation) => (operation as Operation).generation)
          .toSorted();
      expect(await generations()).toEqual([0, 0, 0, 0, 0]);
      expect(calls()).toBe(2);
      await worker.turnClock(LATER_MS);
      await worker.sweep();
      await worker.turnClock(0);
      for (const id of ids) expect(await deployment.succeeds(id)).toMatchObject({ attempts: 1 });
      expect(await generations()).toEqual([0, 0, 1, 1, 1]);
      expect(told.map((one) => one.calls.length)).toEqual(told.map(() => 1));
    });

    it.each(['cutAnswer', 'noAnswer'] as const)(
      'created, with the answer lost once (%s): asked again, and that it exists is success',
      async (fault) => {
        const { provider, output, ...deployment } = opened();
        faultsOf(opened()).next(fault, 1);
        const told = provider.tell();
        const begun = performance.now();
        const id = await deployment.accept(told);
        const tookMs = performance.now() - begun;
        await deployment.succeeds(id);
        expect(told.calls).toHaveLength(1);
        // On a machine that stands for seconds, all of the time may be over before the second answer.
        if (tookMs < ENQUEUE_MS)
          expect(output()).not.toMatch(new RegExp(`${id}.*left-to-sweep|left-to-sweep.*${id}`));
      },
    );

    it('handed over out of a closed window without a task: finished by the sweep', async () => {
      const { provider, worker, ...deployment } = opened();
      const client = await deployment.client();
      // By time and not by number: on a busy machine the window may close before the provider is called.
      let isOpen = true;
      const told = provider.tell(() => (isOpen ? { hang: true } : undefined));
      const faults = faultsOf(opened());
      faults.deal(403);
      const { status, body } = await client.post('/v1/proofread', { text: told.text }, { prefer: 'wait=1' });
      isOpen = false;
      faults.clear();
      expect([status, body.status]).toEqual([202, 'queued']);
      await worker.turnClock(LATER_MS);
      await worker.sweep();
      await worker.turnClock(0);
      await deployment.succeeds(body.operation_id);
      expect(told.calls.length).toBeLessThanOrEqual(2);
    });
  });

/** A function served alone has no queue to give to: the one place where the local shape records and does not enqueue. */
export const submitAlone = (opened: () => ProcessDeployment) =>
  describe('4 a submit whose queue takes nothing, beside npm start', () => {
    it('accepted, and finished by the sweep, not before a task could still be on its way, once', async () => {
      const { provider, worker, ...deployment } = opened();
      if (deployment.submitAlone === undefined) throw new Error('there is none');
      await using alone = await deployment.submitAlone();
      const client = await deployment.client('school-1', alone.url);
      const told = provider.tell();
      const { status, body } = await client.post(
        '/v1/proofread',
        { text: told.text },
        { prefer: 'respond-async' },
      );
      expect([status, body.status]).toEqual([202, 'queued']);
      await worker.sweep();
      expect(await deployment.stored(body.operation_id)).toMatchObject({ status: 'queued', generation: 0 });
      await worker.turnClock(LATER_MS);
      await worker.sweep();
      await worker.sweep();
      await worker.turnClock(0);
      expect(await deployment.succeeds(body.operation_id)).toMatchObject({ generation: 1, attempts: 1 });
      expect(told.calls).toHaveLength(1);
    });
  });

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MAX_AGE_MS, type ProcessDeployment } from '../processes.ts';
import { type Told, until } from '../told-provider.ts';

const ROUNDS = 60;
const AT_ONCE = 20;

/** What a cancel was answered: the status of the cancelled operation, or of the finished one it names. */
type Answer = string;

export const cancelRaces = (opened: () => ProcessDeployment) =>
  describe('6 cancelling', () => {
    const cancelled = async (id: string): Promise<Answer> => {
      const client = await opened().client();
      const { status, body } = await client.post(`/v1/operations/${id}/cancel`);
      if (status === 200) return body.status;
      expect([status, body.code]).toEqual([409, 'operation-already-finished']);
      return /succeeded|failed/.exec(body.detail)?.[0] ?? 'unnamed';
    };

    const aborted = (id: string) =>
      opened()
        .attempts(id)
        .filter(({ outcome }) => outcome === 'aborted').length;

    /** Runs every round, and after it everything once more: nothing may move any more. */
    const races = async (round: (n: number) => Promise<{ id: string; told: Told; answer: Answer }>) => {
      const { worker, stored, writes, client } = opened();
      const ends: Record<string, number> = {};
      for (let from = 0; from < ROUNDS; from += AT_ONCE) {
        const raced = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => round(from + index)));
        await Promise.all(
          raced.map(async ({ id, told, answer }, index) => {
            const end = await stored(id);
            expect(end?.status).toBe(answer);
            // An attempt that was held up before its call sees the cancel first, and makes none.
            expect(told.calls.length).toBeLessThanOrEqual(end?.attempts ?? -1);
            expect(told.calls.length).toBeGreaterThanOrEqual((end?.attempts ?? 0) - aborted(id));
            ends[answer] = (ends[answer] ?? 0) + 1;
            if (index % 4 !== 0) return;
            const count = await writes(id);
            expect(await cancelled(id)).toBe(answer);
            expect(await worker.deliver(id, { task: 'again' })).toBe(200);
            expect((await (await client()).get(`/v1/operations/${id}`)).body.status).toBe(answer);
            expect(await writes(id)).toBe(count);
            expect(await stored(id)).toEqual(end);
          }),
        );
      }
      return ends;
    };

    it('against completion', async () => {
      const { provider, accept, succeeds } = opened();
      const ends = await races(async (n) => {
        // Now and then either has won for certain, on however slow a machine.
        if (n % 10 === 0) {
          const held = provider.hold();
          const id = await accept(held);
          await held.called(1);
          const answer = await cancelled(id);
          held.letGo();
          return { id, told: held, answer };
        }
        const told = provider.tell(() => ({ delayMs: 40 + (n % 7) * 10, answer: { issues: [] } }));
        const id = await accept(told);
        await told.called(1);
        if (n % 10 === 5) await succeeds(id);
        else await sleep(35 + (n % 20) * 5);
        return { id, told, answer: await cancelled(id) };
      });
      expect(ends).toEqual({ cancelled: expect.any(Number), succeeded: expect.any(Number) });
    });

    it('against the claim: what was cancelled before is never given to the provider', async () => {
      const { provider, accept, stored, attempts: logged } = opened();
      let spared = 0;
      await races(async (n) => {
        const told = provider.tell(() => ({ delayMs: 200, answer: { issues: [] } }));
        const id = await accept(told);
        if (n % 8 === 7) await told.called(1);
        else await sleep(n % 8);
        const answer = await cancelled(id);
        // A call that was on its way when its operation was cancelled arrives all the same, or its attempt has been aborted.
        const attempts = (await stored(id))?.attempts ?? 0;
        const isOver = () => told.calls.length >= attempts || logged(id).length >= attempts;
        if (attempts > 0) await until(isOver, `${told.calls.length} of ${attempts} attempts`);
        else spared += 1;
        return { id, told, answer };
      });
      expect(spared).toBeLessThan(ROUNDS);
    });

    it('against the sweep, which gives it a new task or fails it for its age', async () => {
      const { provider, accept, queue, rewrite, worker, stored } = opened();
      await queue.pause();
      let sweeping = Promise.resolve();
      let generations = 0;
      const ends = await races(async (n) => {
        const told = provider.tell();
        const id = await accept(told);
        await rewrite(id, ({ created_at }) => ({
          due_at: Date.now(),
          ...(n % 2 && { created_at: created_at - MAX_AGE_MS }),
        }));
        // Every fifth sweeps, and cancels when it has: of the others one comes before and one after.
        if (n % 5 === 0) {
          sweeping = worker.sweep();
          await sweeping;
        } else await sleep(n % 16);
        const answer = await cancelled(id);
        await sweeping;
        generations += (await stored(id))?.generation ?? 0;
        return { id, told, answer };
      });
      await queue.resume();
      expect(ends).toEqual({ cancelled: expect.any(Number), failed: expect.any(Number) });
      expect(generations).toBeGreaterThan(0);
    });
  });

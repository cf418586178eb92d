import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../shared/errors.ts';
import { cancel } from '../../shared/operations/access/cancel.ts';
import type { Operation } from '../../shared/operations/record/record.ts';
import { sweep } from '../../shared/operations/work/sweep.ts';
import { type Worked, work } from '../../shared/operations/work/work.ts';
import { queued } from '../contract/records.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const ROUNDS = 500;
/** On the emulator, whose writes take ten times as long. */
const EMULATED_ROUNDS = 200;
const AT_ONCE = 50;
const MAX_AGE_MS = 3_600_000;
const TENANT = 'school-1';

/** What a cancel was answered: the status of the cancelled operation, or of the finished one it names. */
type Answer = string;

describe.each(SHAPES)(
  'cancelling, hundreds of times: $name',
  { timeout: 180_000 },
  ({ name, open, missing }) => {
    const rounds = name.startsWith('SQLite') ? ROUNDS : EMULATED_ROUNDS;
    describe.skipIf(missing)('', () => {
      let deployment: Deployment;
      beforeEach(async () => {
        deployment = await open({ paused: true, maxAgeMs: MAX_AGE_MS });
        deployment.provider.script = async (call) => {
          await later(call.index % 5);
          return nothingFound(call);
        };
      });
      afterEach(() => deployment[Symbol.asyncDispose]());

      /** `n` steps later: turns of the event loop where a store answers within one, else milliseconds. */
      const later = async (n: number) => {
        if (!name.startsWith('SQLite')) return void (await sleep(2 * n));
        for (let step = 0; step < n; step += 1) await turn();
      };
      const put = async (round: number, changes: object = {}) => {
        const now = deployment.services.now();
        const operation = queued(`race-${round}`, {
          created_at: now,
          updated_at: now,
          expire_at: now + 86_400_000,
          due_at: now + 30_000,
          ...changes,
        });
        expect(await deployment.services.store.create(operation)).toBeDefined();
        return operation.id;
      };
      const cancelled = async (id: string): Promise<Answer> => {
        try {
          return (await cancel(deployment.services, TENANT, id)).status;
        } catch (error) {
          expect(error).toMatchObject({ code: 'operation-already-finished' });
          return /succeeded|failed/.exec((error as Problem).message)?.[0] ?? 'unnamed';
        }
      };
      const deliver = (id: string, task = 'task'): Promise<Worked> =>
        work(deployment.services, { operation_id: id, task, dispatch: 0 });

      /** Runs every round, and after some of them everything once more: nothing may move any more. */
      const races = async (
        round: (n: number) => Promise<{ id: string; answer: Answer; worked?: Worked }>,
      ) => {
        const ends: Record<string, number> = {};
        for (let from = 0; from < rounds; from += AT_ONCE) {
          await Promise.all(
            Array.from({ length: AT_ONCE }, async (_, index) => {
              const { id, answer, worked } = await round(from + index);
              const end = await deployment.stored(id);
              expect(answer).toBe(end?.status);
              if (worked?.kind === 'done') expect(worked.status).toBe(end?.status);
              if (index % 5 === 0) {
                expect(await cancelled(id)).toBe(answer);
                expect(await deliver(id, 'again')).toEqual({ kind: 'done', status: answer });
                expect(await deployment.stored(id)).toEqual(end);
              }
              ends[answer] = (ends[answer] ?? 0) + 1;
            }),
          );
        }
        const history = Map.groupBy(await deployment.writes(), ({ id }) => id);
        expect(history.size).toBe(rounds);
        for (const writes of history.values()) expect(finished(writes)).toHaveLength(1);
        return ends;
      };
      const finished = (writes: readonly Operation[]) => writes.filter((one) => 'completed_at' in one);

      it('against completion', async () => {
        const ends = await races(async (n) => {
          const id = await put(n);
          // Now and then either has won for certain, on however slow a machine.
          if (n % 10 === 0) await cancelled(id);
          const worked = deliver(id);
          if (n % 10 === 5) await worked;
          else await later(n % 9);
          return { id, answer: await cancelled(id), worked: await worked };
        });
        expect(ends).toEqual({ cancelled: expect.any(Number), succeeded: expect.any(Number) });
      });

      it('against the claim: what was cancelled before is never given to the provider', async () => {
        let spared = 0;
        await races(async (n) => {
          const id = await put(n);
          if (n % 10 === 0) await cancelled(id);
          const order = [() => cancelled(id), () => deliver(id)];
          if (n % 2) order.reverse();
          const [first, second] = order.map((start) => start());
          const [answer, worked] = (
            n % 2 ? await Promise.all([second, first]) : await Promise.all([first, second])
          ) as [Answer, Worked];
          const writes = await deployment.writes();
          spared += writes.some((one) => one.id === id && one.status === 'running') ? 0 : 1;
          return { id, answer, worked };
        });
        expect(spared).toBeGreaterThan(0);
        expect(deployment.provider.calls).toHaveLength(rounds - spared);
      });

      it('against the sweep, which gives it a new task or fails it for its age', async () => {
        let sweeping = Promise.resolve({});
        const ends = await races(async (n) => {
          const now = deployment.services.now();
          const id = await put(n, n % 2 ? { due_at: now } : { due_at: now, created_at: now - MAX_AGE_MS });
          await later(n % 5);
          // One sweep takes up what a dozen rounds have put.
          if (n % 12 === 0 || n % 24 === 13) sweeping = sweep(deployment.services, { budgetMs: 1000 });
          // Now and then it has won, against either, on however slow a machine.
          if (n % 24 === 0 || n % 24 === 13) await sweeping;
          const answer = await cancelled(id);
          await sweeping;
          return { id, answer };
        });
        expect(ends).toEqual({ cancelled: expect.any(Number), failed: expect.any(Number) });
        expect((await deployment.writes()).some(({ generation }) => generation > 0)).toBe(true);
      });
    });
  },
);

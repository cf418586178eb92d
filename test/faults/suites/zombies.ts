import { describe, expect, it } from 'vitest';
import type { GeminiBehaviour } from '../../support/gemini-stand-in.ts';
import { LEASE_MS, type ProcessDeployment } from '../processes.ts';
import { until } from '../told-provider.ts';

const WAKES: readonly [string, GeminiBehaviour][] = [
  [
    'an answer',
    {
      answer: {
        issues: [
          { excerpt: 'வந்தான்', suggestion: 'வருவான்', type: 'grammar', severity: 'high', message: 'தாமதம்' },
        ],
      },
    },
  ],
  ['a refusal', { error: 400 }],
  ['an outage', { error: 503 }],
];

export const zombies = (opened: () => ProcessDeployment) =>
  describe('3 an attempt that sleeps past its lease', () => {
    it.each(WAKES)(
      'in a frozen process, which wakes with %s when another has finished: refused, nothing changes',
      async (_, late) => {
        const { provider, worker, ...deployment } = opened();
        const beside = await deployment.beside();
        const held = provider.hold({ late });
        const id = await deployment.accept(held);
        await held.called(1);
        await worker.freeze();
        try {
          await beside.turnClock(LEASE_MS - 40_000);
          expect(await beside.deliver(id, { task: 'second' })).toBe(409);
          await beside.turnClock(LEASE_MS + 1000);
          expect([200, 409]).toContain(await beside.deliver(id, { task: 'second' }));
          await until(
            async () => (await deployment.stored(id))?.status === 'succeeded',
            'the second ends it',
          );
          held.letGo();
        } finally {
          worker.wake();
        }
        const finished = await deployment.stored(id);
        const writes = await deployment.writes(id);
        await until(() => deployment.attempts(id).length === 2, 'the first attempt wakes and ends');
        await worker.deliver(id, { task: 'third' });
        expect(await deployment.stored(id)).toEqual(finished);
        expect(await deployment.writes(id)).toBe(writes);
        expect(finished).toMatchObject({ status: 'succeeded', attempts: 2, result: { issues: [] } });
        expect(held.calls).toHaveLength(2);
      },
    );

    it('wakes while the next attempt is under way, and leaves the lease to it', async () => {
      const { provider, worker, ...deployment } = opened();
      const beside = await deployment.beside();
      const first = Promise.withResolvers<undefined>();
      const second = Promise.withResolvers<undefined>();
      const told = provider.tell((n) => [first, second][n]?.promise);
      const id = await deployment.accept(told);
      await told.called(1);
      await worker.freeze();
      try {
        await beside.turnClock(LEASE_MS + 1000);
        void beside.deliver(id, { task: 'second' });
        await told.called(2);
      } finally {
        first.resolve(undefined);
        worker.wake();
      }
      await until(() => deployment.attempts(id).length === 1, 'the first attempt wakes and ends');
      expect(await deployment.stored(id)).toMatchObject({ status: 'running', attempts: 2 });
      second.resolve(undefined);
      expect(await deployment.succeeds(id)).toMatchObject({ attempts: 2 });
      expect(told.calls).toHaveLength(2);
    });
  });

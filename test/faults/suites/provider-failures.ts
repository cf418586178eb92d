import { beforeAll, describe, expect, it } from 'vitest';
import type { GeminiBehaviour } from '../../support/gemini-stand-in.ts';
import { MAX_ATTEMPTS, type ProcessDeployment } from '../processes.ts';
import { until } from '../told-provider.ts';

const MAX_AGE_S = 300;
/** Short, so that a provider that never answers does not hold the test up. */
const SHORT_ATTEMPTS = {
  WORKER_ATTEMPT_TIMEOUT_MS: '1000',
  OPERATION_MAX_AGE_S: String(MAX_AGE_S),
};

const ALWAYS: readonly {
  what: string;
  code: string;
  shown: GeminiBehaviour;
  callsOfAttempt?: number;
}[] = [
  { what: '5xx', code: 'provider-unavailable', shown: { error: 500 } },
  { what: '429', code: 'provider-unavailable', shown: { error: 429, retryDelay: '0.02s' } },
  { what: '429 and no word of when', code: 'provider-unavailable', shown: { error: 429 } },
  { what: 'a broken connection', code: 'provider-unavailable', shown: { reset: true } },
  // What cannot be used is asked for once more.
  { what: 'garbage', code: 'provider-unavailable', shown: { answer: 'மன்னிக்கவும், {' }, callsOfAttempt: 2 },
  { what: 'no answer', code: 'provider-timeout', shown: { hang: true } },
];

export const providerFailures = (opened: () => ProcessDeployment) =>
  describe('8 a provider that fails', () => {
    beforeAll(() => opened().restart(SHORT_ATTEMPTS));

    it('always: failed by our own limit with the right code, and not asked again', async () => {
      const { provider, worker, ...deployment } = opened();
      const client = await deployment.client();
      const all = await Promise.all(
        ALWAYS.map(async (one) => {
          const told = provider.tell(() => one.shown);
          return { ...one, told, id: await deployment.accept(told) };
        }),
      );
      for (const { what, code, told, id, callsOfAttempt = 1 } of all) {
        const { body } = await client.finished(id, 30_000);
        expect(body, what).toMatchObject({ status: 'failed', error: { code } });
        expect(body).not.toHaveProperty('result');
        expect(JSON.stringify(body.error)).not.toMatch(/stand-in|429|500/i);
        expect(await deployment.stored(id), what).toMatchObject({ attempts: MAX_ATTEMPTS });
        expect(await worker.deliver(id, { task: await deployment.taskOf(id), dispatch: 9 })).toBe(200);
        expect(told.calls, what).toHaveLength(MAX_ATTEMPTS * callsOfAttempt);
      }
    });

    it.each([
      [400, 'provider-request-rejected'],
      [403, 'provider-config-missing'],
    ])('for good, with %i: acknowledged at the first attempt with %s', async (error, code) => {
      const { provider, worker, ...deployment } = opened();
      const told = provider.tell(() => ({ error }));
      const id = await deployment.accept(told);
      const { body } = await (await deployment.client()).finished(id);
      expect(body).toMatchObject({ status: 'failed', error: { code } });
      expect(await worker.deliver(id, { task: await deployment.taskOf(id), dispatch: 1 })).toBe(200);
      expect(await deployment.stored(id)).toMatchObject({ attempts: 1 });
      expect(told.calls).toHaveLength(1);
    });

    it('now and then: the operation succeeds, and each call is one attempt', async () => {
      const { provider, ...deployment } = opened();
      const told = provider.tell((n) => (n < MAX_ATTEMPTS - 1 ? { error: 503 } : undefined));
      const id = await deployment.accept(told);
      expect(await deployment.succeeds(id)).toMatchObject({ attempts: MAX_ATTEMPTS });
      expect(told.calls).toHaveLength(MAX_ATTEMPTS);
      expect(deployment.attempts(id)).toHaveLength(MAX_ATTEMPTS);
    });

    it('for longer than an operation may take: failed with deadline-exceeded, however many attempts are left', async () => {
      const { provider, worker, ...deployment } = opened();
      const held = provider.hold({ late: { error: 503 } });
      const id = await deployment.accept(held);
      await held.called(1);
      await worker.turnClock((MAX_AGE_S + 1) * 1000);
      held.letGo();
      await until(async () => (await deployment.stored(id))?.status === 'failed', 'it fails');
      await worker.turnClock(0);
      const { body } = await (await deployment.client()).get(`/v1/operations/${id}`);
      expect(body).toMatchObject({ status: 'failed', error: { code: 'deadline-exceeded' } });
      expect(await deployment.stored(id)).toMatchObject({ attempts: 1 });
    });
  });

import { beforeAll, describe, expect, it } from 'vitest';
import type { GeminiBehaviour } from '../../support/gemini-stand-in.ts';
import type { ProcessDeployment } from '../processes.ts';
import { until } from '../told-provider.ts';

const MAX_AGE_S = 300;
/** Two, between which there is the shortest pause. */
const ATTEMPTS = 2;
const PAUSE_MS = 2000;
/** What a provider asks for: longer than another operation takes meanwhile, on a busy machine too. */
const DELAY_MS = 10_000;
/** So short that a provider that never answers is found out while another is waited for; longer than a busy machine stands still. */
const SHORT_ATTEMPTS = {
  WORKER_ATTEMPT_TIMEOUT_MS: '6000',
  OPERATION_MAX_AGE_S: String(MAX_AGE_S),
  WORKER_MAX_ATTEMPTS: String(ATTEMPTS),
};

interface Failing {
  readonly what: string;
  readonly code: string;
  readonly shown: GeminiBehaviour;
  readonly callsOfAttempt?: number;
}

const ALWAYS: readonly Failing[] = [
  { what: '5xx', code: 'provider-unavailable', shown: { error: 500 } },
  { what: '429', code: 'provider-unavailable', shown: { error: 429, retryDelay: '0.02s' } },
  { what: '429 and no word of when', code: 'provider-unavailable', shown: { error: 429 } },
  { what: 'a broken connection', code: 'provider-unavailable', shown: { reset: true } },
  // What cannot be used is asked for once more, and then has come to the bound of what it may cost.
  { what: 'garbage', code: 'provider-error', shown: { answer: 'மன்னிக்கவும், {' }, callsOfAttempt: 2 },
];
const NO_ANSWER: Failing = { what: 'no answer', code: 'provider-timeout', shown: { hang: true } };

export const providerFailures = (opened: () => ProcessDeployment) =>
  describe('8 a provider that fails', () => {
    beforeAll(async () => {
      const { provider, ...deployment } = opened();
      await deployment.restart(SHORT_ATTEMPTS);
      // The first call of a process loads the SDK, which may take all of such an attempt.
      const client = await deployment.client();
      await client.finished(await deployment.accept(provider.tell()));
    });

    /** Begins an operation whose provider always fails so; what it resolves to waits until it has failed. */
    const begin = async ({ what, code, shown, callsOfAttempt = 1 }: Failing) => {
      const { provider, worker, ...deployment } = opened();
      const client = await deployment.client();
      const told = provider.tell(() => shown);
      const id = await deployment.accept(told);
      return async () => {
        const { body } = await client.finished(id);
        expect(body, what).toMatchObject({ status: 'failed', error: { code } });
        expect(body).not.toHaveProperty('result');
        expect(JSON.stringify(body.error)).not.toMatch(/stand-in|429|500/i);
        expect(await deployment.stored(id), what).toMatchObject({ attempts: ATTEMPTS });
        expect(await worker.deliver(id, { task: await deployment.taskOf(id), dispatch: 9 })).toBe(200);
        expect(told.calls, what).toHaveLength(ATTEMPTS * callsOfAttempt);
        const [first, last] = [told.calls[0], told.calls.at(-1)];
        expect((last?.at ?? 0) - (first?.at ?? 0), what).toBeGreaterThanOrEqual(PAUSE_MS - 100);
      };
    };

    it('always: failed by our own limit with the right code, after a pause, and not asked again', async () => {
      for (const fails of await Promise.all(ALWAYS.map(begin))) await fails();
    });

    it('with a delay: kept for that operation, while the others go on, and one without any answer fails as above', async () => {
      const { provider, succeeds, accept } = opened();
      const fails = await begin(NO_ANSWER);
      const delays = [
        { error: 503, headers: { 'Retry-After': String(DELAY_MS / 1000) } },
        { error: 429, retryDelay: `${DELAY_MS / 1000}s` },
      ];
      const told = Array.from({ length: 10 }, (_, nth) =>
        provider.tell((n) => (n === 0 ? delays[nth % delays.length] : undefined)),
      );
      const ids = await Promise.all(told.map((one) => accept(one)));
      await Promise.all(told.map(({ called }) => called(1)));
      await succeeds(await accept(provider.tell()));
      for (const { calls } of told) expect(calls).toHaveLength(1);
      for (const id of ids) expect(await succeeds(id)).toMatchObject({ attempts: 2 });
      for (const { calls } of told) {
        expect(calls).toHaveLength(2);
        const [first, second] = calls;
        expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(DELAY_MS - 100);
      }
      await fails();
    });

    it.each([{ prefer: 'respond-async' }, {}])(
      'with a delay that is longer than an operation may take: failed at once (%j)',
      async (headers) => {
        const { provider, ...deployment } = opened();
        const client = await deployment.client();
        const told = provider.tell(() => ({ error: 503, headers: { 'Retry-After': '50000' } }));
        const { status, body } = await client.post('/v1/proofread', { text: told.text }, headers);
        const finished = await client.finished(body.operation_id);
        expect(finished.body).toMatchObject({ status: 'failed', error: { code: 'provider-unavailable' } });
        if (status === 200) expect(body).toEqual(finished.body);
        else expect([status, body.status]).toEqual([202, 'queued']);
        expect(told.calls).toHaveLength(1);
      },
    );

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
      const told = provider.tell((n) => (n < ATTEMPTS - 1 ? { error: 503 } : undefined));
      const id = await deployment.accept(told);
      expect(await deployment.succeeds(id)).toMatchObject({ attempts: ATTEMPTS });
      expect(told.calls).toHaveLength(ATTEMPTS);
      // The log may come a moment after the answer.
      await expect.poll(() => deployment.attempts(id)).toHaveLength(ATTEMPTS);
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

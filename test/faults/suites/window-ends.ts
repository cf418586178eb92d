import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ProcessDeployment } from '../processes.ts';
import { until } from '../told-provider.ts';

const WINDOW_MS = 1000;
const WINDOW = { prefer: 'wait=1' };
const ROUNDS = 60;
const AT_ONCE = 50;
/** The answers of a batch come from so long before the window's end to a little after it. */
const FROM_MS = WINDOW_MS - 300;
const TO_MS = WINDOW_MS + 20;
/** In this time a call that is given up has lost its connection. One that is not would end by its own limit, after a minute. */
const LET_GO_WITHIN_MS = 30_000;

export const windowEnds = (opened: () => ProcessDeployment) =>
  describe('5 an answer at the end of the synchronous window', () => {
    it('before, at and after it, or never: one 200 or one 202, every call accounted for, no work after the answer', async () => {
      const { provider, ...deployment } = opened();
      const client = await deployment.client();
      const answers: Record<number, number> = {};
      const ids: string[] = [];
      let calls = 0;
      /** Windows that were over before their call was made, on a machine that stood still. */
      let callless = 0;
      const windowOf = (id: string) => deployment.attempts(id).find(({ attempt }) => attempt === 0);
      const round = async (n: number) => {
        const never = n % 10 === 9;
        // The first comes at once: it is in time on a slow machine too.
        const delayMs = n % AT_ONCE === 0 ? 0 : FROM_MS + ((TO_MS - FROM_MS) * (n % AT_ONCE)) / AT_ONCE;
        const { promise, resolve: answerLate } = Promise.withResolvers<undefined>();
        const { text, calls: made } = provider.tell((nth) => {
          if (nth > 0) return undefined;
          return never ? promise : { delayMs, answer: { issues: [] } };
        });
        const key = n % 2 ? { 'idempotency-key': randomUUID() } : {};
        const { status, body } = await client.post('/v1/proofread', { text }, { ...key, ...WINDOW });
        answers[status] = (answers[status] ?? 0) + 1;
        if (never) expect(status).toBe(202);
        // The log may come a moment after the answer.
        if (status === 202) await until(() => windowOf(body.operation_id) !== undefined, 'it is logged');
        const { outcome, time } = windowOf(body.operation_id) ?? {};
        /** Whether the only call is the queue's: it came when the window had ended. */
        const isCallless = () => {
          const arrivedAt = performance.timeOrigin + (made[0]?.at ?? 0);
          return outcome === 'timed-out' && made.length === 1 && arrivedAt > Date.parse(String(time));
        };
        if (never) {
          const isLetGo = () => made[0]?.closedByClient === true;
          await until(() => isLetGo() || isCallless(), 'it lets go', LET_GO_WITHIN_MS);
          if (!isLetGo()) answerLate(undefined);
        }
        const finished = await client.finished(body.operation_id);
        expect(finished.body).toMatchObject({ status: 'succeeded', result: { original_text: text } });
        if (status === 200) expect(body).toEqual(finished.body);
        else expect([status, body.status]).toEqual([202, 'queued']);
        if (status === 202) expect(outcome).toBe('timed-out');
        if (isCallless()) callless += 1;
        expect(made).toHaveLength(status === 200 || isCallless() ? 1 : 2);
        if ('idempotency-key' in key) {
          const again = await client.post('/v1/proofread', { text }, key);
          expect([again.status, again.body]).toEqual([200, finished.body]);
        }
        ids.push(body.operation_id);
        calls += made.length;
      };
      const hasBoth = () => answers[200] !== undefined && answers[202] !== undefined;
      for (let from = 0; from < ROUNDS || (!hasBoth() && from < 10 * ROUNDS); from += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => round(from + index)));
      }
      expect(answers).toEqual({ 200: expect.any(Number), 202: expect.any(Number) });
      // The log may come a moment after the answer.
      const attempts = () => ids.reduce((sum, id) => sum + deployment.attempts(id).length, 0);
      await expect.poll(attempts).toBe(calls + callless);
    });
  });

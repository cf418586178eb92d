import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../e2e/client.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const DAY_MS = 86_400_000;
const TTL_DAYS = 2;
const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const OTHER = { text: 'அந்தப் பெண் வந்தாள்.' };
const KEY = { 'idempotency-key': 'order-1' };
const ASYNC = { prefer: 'respond-async' };
const statuses = (replies: readonly Reply[]) => [...new Set(replies.map(({ status }) => status))].toSorted();
const idsOf = (replies: readonly Reply[]) => [
  ...new Set(replies.flatMap(({ body }) => body.operation_id ?? [])),
];

describe.each(SHAPES)('one Idempotency-Key: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    beforeEach(async () => {
      deployment = await open({ ttlDays: TTL_DAYS });
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it('in a hundred asynchronous requests at once: one operation, one provider call', async () => {
      const client = await deployment.client();
      const replies = await Promise.all(
        Array.from({ length: 100 }, () => client.post('/v1/proofread', BODY, { ...KEY, ...ASYNC })),
      );
      expect(replies.every(({ status }) => status === 202 || status === 200)).toBe(true);
      expect(idsOf(replies)).toHaveLength(1);
      expect(replies.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
      await client.finished(replies[0]?.body.operation_id);
      await deployment.queue.idle();
      expect(deployment.provider.calls).toHaveLength(1);
    });

    it('in a hundred synchronous requests at once: one is answered, the others told to wait or answered the same', async () => {
      const client = await deployment.client();
      deployment.provider.script = async (call) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return nothingFound(call);
      };
      const replies = await Promise.all(
        Array.from({ length: 100 }, () => client.post('/v1/proofread', BODY, KEY)),
      );
      expect(statuses(replies).every((status) => status === 200 || status === 409)).toBe(true);
      const answered = replies.filter(({ status }) => status === 200);
      expect(idsOf(answered)).toHaveLength(1);
      expect(answered.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
      for (const { body, headers } of replies.filter(({ status }) => status === 409)) {
        expect(body.code).toBe('idempotency-in-progress');
        expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      }
      expect(deployment.provider.calls).toHaveLength(1);
      const again = await client.post('/v1/proofread', BODY, KEY);
      expect(again.body).toEqual(answered[0]?.body);
    });

    it('with another body among a hundred: one body wins, every other is 422, whatever the state', async () => {
      const client = await deployment.client();
      const replies = await Promise.all(
        Array.from({ length: 100 }, async (_, index) => ({
          other: index === 50,
          ...(await client.post('/v1/proofread', index === 50 ? OTHER : BODY, { ...KEY, ...ASYNC })),
        })),
      );
      const winners = replies.filter(({ status }) => status < 300);
      expect(idsOf(winners)).toHaveLength(1);
      expect(new Set(winners.map(({ other }) => other)).size).toBe(1);
      const refused = replies.filter(({ status }) => status >= 300);
      expect(statuses(refused)).toEqual([422]);
      expect(refused.every(({ other }) => other !== winners[0]?.other)).toBe(true);
      const id = winners[0]?.body.operation_id;
      await client.finished(id);
      const loser = winners[0]?.other ? BODY : OTHER;
      expect((await client.post('/v1/proofread', loser, KEY)).body.code).toBe('idempotency-key-reused');
      expect(deployment.provider.calls).toHaveLength(1);
    });

    it('of two tenants, and of two endpoints, is as many keys', async () => {
      const clients = [await deployment.client('school-1'), await deployment.client('school-2')];
      const replies = await Promise.all(
        clients.flatMap((client) => [
          client.post('/v1/proofread', BODY, KEY),
          client.post('/v1/essay-critique', { essay: BODY.text }, KEY),
        ]),
      );
      expect(statuses(replies)).toEqual([200]);
      expect(idsOf(replies)).toHaveLength(4);
      const [, second] = clients;
      expect((await second?.get(`/v1/operations/${replies[0]?.body.operation_id}`))?.status).toBe(404);
    });

    it.each([{}, ASYNC])(
      'after its retention is a new operation, which its queue does not take for the old (%o)',
      async (prefer) => {
        const client = await deployment.client();
        const ask = async () => {
          const { body } = await client.post('/v1/proofread', BODY, { ...KEY, ...prefer });
          return (await client.finished(body.operation_id)).body;
        };
        const first = await ask();
        deployment.clock.ahead += TTL_DAYS * DAY_MS;
        expect((await client.get(`/v1/operations/${first.operation_id}`)).status).toBe(404);
        const second = await ask();
        expect(second.status).toBe('succeeded');
        expect(Date.parse(second.created_at) - Date.parse(first.created_at)).toBeGreaterThanOrEqual(
          TTL_DAYS * DAY_MS,
        );
        expect(deployment.provider.calls).toHaveLength(2);
        await deployment.queue.idle();
      },
    );
  });
});

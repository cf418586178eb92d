import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../e2e/client.ts';
import { ASYNC, type ProcessDeployment } from '../processes.ts';

const DAY_MS = 86_400_000;
const TTL_MS = 30 * DAY_MS;
const AT_ONCE = 100;
const statuses = (replies: readonly Reply[]) => [...new Set(replies.map(({ status }) => status))].toSorted();
const idsOf = (replies: readonly Reply[]) => [
  ...new Set(replies.flatMap(({ body }) => body.operation_id ?? [])),
];
const fresh = (replies: readonly Reply[]) =>
  replies.filter(({ headers }) => headers.get('idempotent-replayed') === null);
const newKey = () => ({ 'idempotency-key': randomUUID() });

export const keys = (opened: () => ProcessDeployment) =>
  describe('7 one Idempotency-Key', () => {
    it('in a hundred asynchronous requests at once: one operation, one provider call', async () => {
      const { provider, ...deployment } = opened();
      const client = await deployment.client();
      const { text, calls } = provider.tell();
      const headers = { ...newKey(), ...ASYNC };
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, () => client.post('/v1/proofread', { text }, headers)),
      );
      expect(replies.every(({ status }) => status === 202 || status === 200)).toBe(true);
      const [id = ''] = idsOf(replies);
      expect(idsOf(replies)).toHaveLength(1);
      expect(fresh(replies)).toHaveLength(1);
      expect(await deployment.succeeds(id)).toMatchObject({ attempts: 1 });
      expect(calls).toHaveLength(1);
    });

    it('in a hundred synchronous requests at once: one is answered, the others told to wait or answered the same', async () => {
      const { provider, ...deployment } = opened();
      const client = await deployment.client();
      const { text, calls } = provider.tell(() => ({ delayMs: 300, answer: { issues: [] } }));
      const headers = newKey();
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, () => client.post('/v1/proofread', { text }, headers)),
      );
      expect(statuses(replies).every((status) => status === 200 || status === 409)).toBe(true);
      const answered = replies.filter(({ status }) => status === 200);
      expect(idsOf(answered)).toHaveLength(1);
      expect(fresh(answered)).toHaveLength(1);
      for (const { body, headers } of replies.filter(({ status }) => status === 409)) {
        expect(body.code).toBe('idempotency-in-progress');
        expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      }
      expect(calls).toHaveLength(1);
      expect((await client.post('/v1/proofread', { text }, headers)).body).toEqual(answered[0]?.body);
    });

    it('with another body among a hundred: one body wins, every other is 422, whatever the state', async () => {
      const { provider, ...deployment } = opened();
      const client = await deployment.client();
      const [one, other] = [provider.tell(), provider.tell()];
      const headers = { ...newKey(), ...ASYNC };
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, index) => {
          const { text } = index === 50 ? other : one;
          return { text, ...(await client.post('/v1/proofread', { text }, headers)) };
        }),
      );
      const winners = replies.filter(({ status }) => status < 300);
      expect(idsOf(winners)).toHaveLength(1);
      expect(new Set(winners.map(({ text }) => text)).size).toBe(1);
      const refused = replies.filter(({ status }) => status >= 300);
      expect(statuses(refused)).toEqual([422]);
      expect(refused.every(({ text }) => text !== winners[0]?.text)).toBe(true);
      await deployment.succeeds(winners[0]?.body.operation_id);
      const loser = winners[0]?.text === one.text ? other : one;
      const again = await client.post('/v1/proofread', { text: loser.text }, headers);
      expect([again.status, again.body.code]).toEqual([422, 'idempotency-key-reused']);
      expect(one.calls.length + other.calls.length).toBe(1);
    });

    it('of two tenants, and of two endpoints, is as many keys', async () => {
      const { provider, ...deployment } = opened();
      const clients = [await deployment.client('school-1'), await deployment.client('school-2')];
      const { text, calls } = provider.tell();
      const headers = newKey();
      const replies = await Promise.all(
        clients.flatMap((client) => [
          client.post('/v1/proofread', { text }, headers),
          client.post('/v1/essay-critique', { essay: text }, headers),
        ]),
      );
      expect(statuses(replies)).toEqual([200]);
      expect(idsOf(replies)).toHaveLength(4);
      expect(calls).toHaveLength(4);
      const foreign = await clients[1]?.get(`/v1/operations/${replies[0]?.body.operation_id}`);
      expect(foreign?.status).toBe(404);
    });

    it.each([{}, ASYNC])(
      'is let go by what failed for the provider’s account: when that is mended it makes a new operation (%o)',
      async (prefer) => {
        const { provider, ...deployment } = opened();
        const client = await deployment.client();
        let mended = false;
        const { text, calls } = provider.tell(() => (mended ? undefined : { error: 403 }));
        const headers = { ...newKey(), ...prefer };
        const ask = () => client.post('/v1/proofread', { text }, headers);
        const broken = await ask();
        const id = broken.body.operation_id;
        if (id === undefined) {
          expect([broken.status, broken.body.code]).toEqual([500, 'provider-config-missing']);
        } else {
          const { body } = await client.finished(id);
          expect(body).toMatchObject({ status: 'failed', error: { code: 'provider-config-missing' } });
        }
        mended = true;
        const anew = await ask();
        expect(anew.headers.get('idempotent-replayed')).toBeNull();
        expect(anew.body.operation_id).not.toBe(id);
        await deployment.succeeds(anew.body.operation_id);
        expect((await ask()).body).toMatchObject({
          operation_id: anew.body.operation_id,
          status: 'succeeded',
        });
        expect(calls).toHaveLength(2);
        if (id !== undefined) expect(await deployment.stored(id)).toMatchObject({ status: 'failed' });
      },
    );

    it.each([{}, ASYNC])(
      'after its retention is a new operation, which its queue does not take for the old (%o)',
      async (prefer) => {
        const { provider, ...deployment } = opened();
        const client = await deployment.client();
        const { text, calls } = provider.tell();
        const headers = { ...newKey(), ...prefer };
        const ask = async () => {
          const { body } = await client.post('/v1/proofread', { text }, headers);
          return deployment.succeeds(body.operation_id);
        };
        const first = await ask();
        await deployment.rewrite(first.id, ({ created_at, updated_at }) => ({
          created_at: created_at - TTL_MS,
          updated_at: updated_at - TTL_MS,
          expire_at: Date.now(),
        }));
        expect((await client.get(`/v1/operations/${first.id}`)).status).toBe(404);
        const second = await ask();
        expect(second.id).toBe(first.id);
        expect(second.created_at).toBeGreaterThanOrEqual(first.created_at);
        expect(calls).toHaveLength(2);
      },
    );
  });

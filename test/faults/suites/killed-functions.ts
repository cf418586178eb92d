import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TARGETS, type Target } from '../../../functions/serve.ts';
import {
  ASYNC,
  GRACE_MS,
  LEASE_MS,
  MAX_ATTEMPTS,
  type ProcessDeployment,
  WINDOW_LEASE_MS,
} from '../processes.ts';
import { until } from '../told-provider.ts';

export const killedFunctions = (opened: () => ProcessDeployment) =>
  describe('2 functions that are killed or frozen', () => {
    const again = async (target: Target) => {
      await functions().kill(target);
      await functions().start(target);
    };
    const functions = () => {
      const { functions } = opened();
      if (functions === undefined) throw new Error('there are none');
      return functions;
    };
    const sweepAhead = async (ms: number) => {
      const { worker } = opened();
      await worker.turnClock(ms);
      await worker.sweep();
      await worker.turnClock(0);
    };
    /** The one operation that is unfinished and new. */
    const recorded = async (tenant: string): Promise<string> => {
      const client = await opened().client(tenant);
      const queued = async () => (await client.get('/v1/operations?status=queued')).body.operations;
      await until(async () => (await queued()).length === 1, 'it is recorded');
      return (await queued())[0].operation_id;
    };

    it.each(['SIGTERM', 'SIGKILL'] as const)(
      '9 all three functions ended by %s in mid-flight: the queue brings back what was accepted',
      async (signal) => {
        const { provider, accept, succeeds, client } = opened();
        const of = await client();
        let hangs = true;
        const told = Array.from({ length: 10 }, () =>
          provider.tell(() => (hangs ? { hang: true } : undefined)),
        );
        const ids = await Promise.all(told.map((one) => accept(one)));
        const waiting = of.get(`/v1/operations/${ids[0]}`, { prefer: 'wait=30' }).catch(() => undefined);
        const window = provider.tell(() => (hangs ? { hang: true } : undefined));
        const synchronous = of.post('/v1/proofread', { text: window.text }).catch(() => undefined);
        // So many are delivered at once by a queue that nobody slowed down yet: these are the first tests here.
        await until(() => told.filter(({ calls }) => calls.length > 0).length >= 8, 'they are under way');
        await window.called(1);
        await Promise.all(TARGETS.map((target) => functions().kill(target, signal)));
        const [waited, answered] = await Promise.all([waiting, synchronous]);
        // Who is asked to end answers before: who waits is told how it stands, who asked at once gets an operation, or is to ask again.
        if (signal === 'SIGTERM') {
          expect(waited).toMatchObject({ status: 200, body: { operation_id: ids[0] } });
          expect(answered?.body.code ?? answered?.body.status).toMatch(/^(queued|shutting-down)$/);
          if (answered?.status === 202) ids.push(answered.body.operation_id);
        }
        const unserved = await of.get(`/v1/operations/${ids[0]}`);
        expect([unserved.status, unserved.body.code]).toEqual([503, 'store-unavailable']);
        hangs = false;
        await Promise.all(TARGETS.map((target) => functions().start(target)));
        for (const id of ids) await succeeds(id);
      },
    );

    it('a worker killed in mid-attempt: redelivered, taken over at once, the second attempt ends it', async () => {
      const { provider, accept, stored, succeeds } = opened();
      const told = provider.tell((n) => (n === 0 ? { hang: true } : undefined));
      const id = await accept(told);
      await told.called(1);
      await functions().kill('worker');
      expect(await stored(id)).toMatchObject({ status: 'running' });
      await functions().start('worker');
      expect(await succeeds(id)).toMatchObject({ attempts: 2 });
      expect(told.calls).toHaveLength(2);
    });

    it('a worker killed, and its task lost with it: the sweep gives it another when the lease has ended, not before', async () => {
      const { provider, accept, stored, succeeds } = opened();
      const told = provider.tell((n) => (n === 0 ? { hang: true } : undefined));
      const id = await accept(told);
      await told.called(1);
      functions().standIn.tasks.purge();
      await again('worker');
      // It was some time ago that the lease began: the worker has been started since.
      await sweepAhead(LEASE_MS - 50_000);
      expect(await stored(id)).toMatchObject({ status: 'running', generation: 0 });
      await sweepAhead(LEASE_MS + 1000);
      expect(await succeeds(id)).toMatchObject({ attempts: 2, generation: 1 });
      expect(told.calls).toHaveLength(2);
    });

    it('a worker killed at every attempt: failed by our own limit', async () => {
      const { provider, accept, client } = opened();
      const told = provider.tell(() => ({ hang: true }));
      const id = await accept(told);
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        await told.called(attempt);
        await again('worker');
      }
      const { body } = await (await client()).finished(id);
      expect(body).toMatchObject({ status: 'failed', error: { code: 'attempts-exhausted' } });
      expect(told.calls).toHaveLength(MAX_ATTEMPTS);
    });

    it('a worker frozen past its dispatch: another finishes, and what it writes when it wakes is refused', async () => {
      const { provider, accept, stored, succeeds, attempts } = opened();
      const held = provider.hold();
      const id = await accept(held);
      await held.called(1);
      const wake = await functions().freezeWorker();
      functions().standIn.faults.passDeadline();
      const finished = await succeeds(id);
      expect(finished).toMatchObject({ attempts: 2 });
      held.letGo();
      wake();
      await until(() => attempts(id).length === 2, 'the first attempt wakes and ends');
      await sleep(100);
      expect(await stored(id)).toEqual(finished);
    });

    it('submit killed between create and enqueue: finished by the sweep, once', async () => {
      const { provider, succeeds, ...deployment } = opened();
      const client = await deployment.client('killed');
      const { faults } = functions().standIn;
      const { text, calls } = provider.tell();
      faults.next('refuse', 1000, 503);
      const key = { 'idempotency-key': randomUUID(), ...ASYNC };
      const refused = faults.count.refuse;
      const lost = client.post('/v1/proofread', { text }, key).catch(() => 'no answer');
      await until(() => faults.count.refuse > refused, 'it asks for a task');
      await functions().kill('submit');
      const id = await recorded('killed');
      expect(await lost).not.toMatchObject({ status: 202 });
      faults.clear();
      await functions().start('submit');
      await sweepAhead(GRACE_MS + 1000);
      await succeeds(id, 'killed');
      const asked = await client.post('/v1/proofread', { text }, key);
      expect([asked.status, asked.body.operation_id]).toEqual([200, id]);
      expect(calls).toHaveLength(1);
    });

    it('submit killed in a synchronous window: the key says in progress, then the queue’s, never a second operation', async () => {
      const { provider, succeeds, ...deployment } = opened();
      const client = await deployment.client('killed');
      const told = provider.tell((n) => (n === 0 ? { hang: true } : undefined));
      const { text } = told;
      const key = { 'idempotency-key': randomUUID() };
      const lost = client.post('/v1/proofread', { text }, key).catch(() => 'no answer');
      await told.called(1);
      const id = await recorded('killed');
      await again('submit');
      expect(await lost).not.toMatchObject({ status: 200 });
      const early = await client.post('/v1/proofread', { text }, key);
      expect([early.status, early.body.code]).toEqual([409, 'idempotency-in-progress']);
      expect(Number(early.headers.get('retry-after'))).toBeLessThanOrEqual(WINDOW_LEASE_MS / 1000);
      expect((await client.get(`/v1/operations/${id}`)).body.status).toBe('queued');
      await sweepAhead(WINDOW_LEASE_MS + 1000);
      await succeeds(id, 'killed');
      const asked = await client.post('/v1/proofread', { text }, key);
      expect([asked.status, asked.body.operation_id]).toEqual([200, id]);
      expect(told.calls).toHaveLength(2);
    });
  });

import { describe, expect, it } from 'vitest';
import { LEASE_MS, type ProcessDeployment } from '../processes.ts';

/** The queue of a process that is killed ends with it, so what it was given is found by the sweep of another. */
export const killedBeside = (opened: () => ProcessDeployment) =>
  describe('2 one of two processes on a file, killed in mid-attempt with its queue', () => {
    it('its work is taken up by the other when the lease has ended, not before, and the second attempt ends it', async () => {
      const { provider, worker, ...deployment } = opened();
      const beside = await deployment.begin();
      const client = await deployment.client('school-1', beside.url);
      const told = provider.tell((n) => (n === 0 ? { hang: true } : undefined));
      const headers = { prefer: 'respond-async' };
      const { status, body } = await client.post('/v1/proofread', { text: told.text }, headers);
      expect(status).toBe(202);
      const id = body.operation_id;
      await told.called(1);
      await beside.kill();
      await worker.turnClock(LEASE_MS - 40_000);
      await worker.sweep();
      expect(await deployment.stored(id)).toMatchObject({ status: 'running', generation: 0, attempts: 1 });
      await worker.turnClock(LEASE_MS + 1000);
      await worker.sweep();
      await worker.turnClock(0);
      expect(await deployment.succeeds(id)).toMatchObject({ generation: 1, attempts: 2 });
      expect(told.calls).toHaveLength(2);
    });
  });

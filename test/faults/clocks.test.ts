import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinished } from '../../shared/operations/record.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const MINUTES = 60_000;
const ATTEMPT_MS = MINUTES;
const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };

describe.each(SHAPES)('clocks that differ: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    beforeEach(async () => {
      deployment = await open({ paused: true, attemptTimeoutMs: ATTEMPT_MS });
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const accept = async (): Promise<string> =>
      (await (await deployment.client()).post('/v1/proofread', BODY, ASYNC)).body.operation_id;
    const workerAhead = (ms: number) => {
      const { services } = deployment;
      return deployment.serveWorker({ ...services, now: () => services.now() + ms });
    };
    /** The first call waits until it is let; the others answer at once. */
    const firstWaits = () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      deployment.provider.script = async (call) => {
        if (call.index === 0) await promise;
        return nothingFound(call);
      };
      return resolve;
    };
    const onlyOneEnd = () => expect(deployment.written.filter(isFinished)).toHaveLength(1);
    const times = (id: string) =>
      deployment.written.filter((operation) => operation.id === id).map(({ updated_at }) => updated_at);

    it('a worker two minutes ahead sees a lease end too soon: two attempts, one end, the first one’s answer refused', async () => {
      const ahead = await workerAhead(2 * MINUTES);
      const id = await accept();
      const letGo = firstWaits();
      const first = deployment.deliver(id, { task: 'first' });
      await deployment.provider.called(1);
      expect(await deployment.deliver(id, { task: 'second', origin: ahead })).toBe(200);
      const finished = await deployment.stored(id);
      letGo();
      expect(await first).toBe(200);
      expect(await deployment.stored(id)).toEqual(finished);
      expect(finished).toMatchObject({ status: 'succeeded', attempts: 2 });
      onlyOneEnd();
    });

    it('a sweep two minutes ahead takes a lease away: the operation still ends once', async () => {
      const ahead = await workerAhead(2 * MINUTES);
      const id = await accept();
      const letGo = firstWaits();
      const first = deployment.deliver(id, { task: 'first' });
      await deployment.provider.called(1);
      await deployment.sweep();
      expect(await deployment.stored(id)).toMatchObject({ generation: 0, attempts: 1 });
      deployment.clock.ahead += 2 * MINUTES;
      await deployment.sweep();
      deployment.clock.ahead -= 2 * MINUTES;
      expect(await deployment.stored(id)).toMatchObject({ generation: 1, status: 'running' });
      expect(await deployment.deliver(id, { task: 'of-the-sweep', origin: ahead })).toBe(200);
      letGo();
      expect(await first).toBe(200);
      onlyOneEnd();
    });

    it('a worker two minutes behind holds a lease longer, not for ever', async () => {
      const behind = await workerAhead(-2 * MINUTES);
      const id = await accept();
      const letGo = firstWaits();
      const dead = deployment.deliver(id, { task: 'first' });
      await deployment.provider.called(1);
      deployment.clock.ahead += ATTEMPT_MS + MINUTES;
      expect(await deployment.deliver(id, { task: 'second', origin: behind })).toBe(409);
      deployment.clock.ahead += 2 * MINUTES;
      expect(await deployment.deliver(id, { task: 'second', origin: behind })).toBe(200);
      letGo();
      await dead;
      onlyOneEnd();
    });

    it('a worker behind the function that accepted: no attempt is short of time, and no time runs backwards', async () => {
      const behind = await workerAhead(-2 * MINUTES);
      const id = await accept();
      expect(await deployment.deliver(id, { origin: behind })).toBe(200);
      const { body } = await (await deployment.client()).get(`/v1/operations/${id}`);
      expect(body).toMatchObject({ status: 'succeeded' });
      expect(Date.parse(body.completed_at)).toBeGreaterThanOrEqual(Date.parse(body.created_at));
      expect(times(id)).toEqual(times(id).toSorted());
    });

    it.each([2 * MINUTES, -2 * MINUTES])('a clock that jumps by %i ms in mid-attempt', async (jump) => {
      const id = await accept();
      const letGo = firstWaits();
      const attempt = deployment.deliver(id);
      await deployment.provider.called(1);
      deployment.clock.ahead += jump;
      letGo();
      expect(await attempt).toBe(200);
      const record = await deployment.stored(id);
      expect(record).toMatchObject({ status: 'succeeded', attempts: 1 });
      expect((record as { latency_ms: number }).latency_ms).toBeLessThan(MINUTES);
      expect(times(id)).toEqual(times(id).toSorted());
      onlyOneEnd();
    });

    it('a sweep two minutes ahead in a synchronous window: the client gets one answer, and the store says the same', async () => {
      const letGo = firstWaits();
      const client = await deployment.client();
      const asked = client.post('/v1/proofread', BODY, { 'idempotency-key': 'k' });
      await deployment.provider.called(1);
      deployment.clock.ahead += 2 * MINUTES;
      expect(await deployment.sweep()).toMatchObject({ requeued: 1 });
      deployment.clock.ahead -= 2 * MINUTES;
      letGo();
      const { status, body } = await asked;
      expect([status, body.status]).toEqual([202, 'queued']);
      deployment.queue.resume();
      expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
      expect(deployment.provider.calls).toHaveLength(2);
      onlyOneEnd();
    });
  });
});

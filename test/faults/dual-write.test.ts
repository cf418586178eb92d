import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinished } from '../../shared/operations/record.ts';
import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { hangs } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
const GRACE_MS = 30_000;

let deployment: Deployment;
afterEach(() => deployment[Symbol.asyncDispose]());

const finishedOnce = () => {
  expect(deployment.provider.calls).toHaveLength(1);
  expect(deployment.written.filter(isFinished)).toHaveLength(1);
};

describe.each(SHAPES)('recorded, but not enqueued: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    beforeEach(async () => {
      deployment = await open({ paused: true });
    });

    it('is finished by the sweep, not before a task could still be on its way, and once', async () => {
      const client = await deployment.client();
      const { queue } = deployment.services;
      const enqueue = queue.enqueue;
      queue.enqueue = () => Promise.reject(new Error('the process ended here'));
      const { status, body } = await client.post('/v1/proofread', BODY, ASYNC);
      queue.enqueue = enqueue;
      expect([status, body.status]).toEqual([202, 'queued']);
      deployment.queue.resume();
      expect(await deployment.sweep()).toEqual({ requeued: 0, expired: 0, passed: 0, failed: 0 });
      deployment.clock.ahead += GRACE_MS;
      expect(await deployment.sweep()).toMatchObject({ requeued: 1 });
      expect(await deployment.sweep()).toMatchObject({ requeued: 0 });
      expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
      finishedOnce();
    });

    it('twenty sweeps at once make one task of each', async () => {
      const client = await deployment.client();
      const accepted = await Promise.all(
        Array.from({ length: 10 }, () => client.post('/v1/proofread', BODY, ASYNC)),
      );
      deployment.clock.ahead += GRACE_MS;
      await Promise.all(Array.from({ length: 20 }, () => deployment.sweep()));
      for (const { body } of accepted) {
        expect(await deployment.stored(body.operation_id)).toMatchObject({ generation: 1 });
      }
      deployment.queue.resume();
      for (const { body } of accepted) await client.finished(body.operation_id);
      await deployment.queue.idle();
      expect(deployment.provider.calls).toHaveLength(accepted.length);
    });

    it('is failed by the sweep when its time is over, so that nothing is queued for ever', async () => {
      const client = await deployment.client();
      const { body } = await client.post('/v1/proofread', BODY, ASYNC);
      deployment.clock.ahead += 3_600_000;
      expect(await deployment.sweep()).toMatchObject({ expired: 1 });
      expect((await client.get(`/v1/operations/${body.operation_id}`)).body).toMatchObject({
        status: 'failed',
        error: { code: 'deadline-exceeded' },
      });
      deployment.queue.resume();
      await deployment.queue.idle();
      expect(deployment.provider.calls).toHaveLength(0);
    });
  });
});

describe.skipIf(noFirestoreEmulator)('Cloud Tasks that fails while a task is created', () => {
  const cloud = SHAPES.find(({ name }) => name.includes('Cloud Tasks'));
  beforeEach(async () => {
    if (cloud === undefined) throw new Error('there is no such shape');
    deployment = await cloud.open();
  });
  const faults = () => {
    if (deployment.faults === undefined) throw new Error('there is no stand-in');
    return deployment.faults;
  };

  it.each([403, 429, 503] as const)(
    'refused with %i at every try: accepted, and finished by the sweep',
    async (status) => {
      const client = await deployment.client();
      faults().next('refuse', 1000, status);
      const reply = await client.post('/v1/proofread', BODY, ASYNC);
      expect(reply.status).toBe(202);
      faults().next('refuse', 0);
      await sleep(50);
      expect(deployment.provider.calls).toHaveLength(0);
      deployment.clock.ahead += GRACE_MS;
      await deployment.sweep();
      expect((await client.finished(reply.body.operation_id)).body.status).toBe('succeeded');
      finishedOnce();
    },
  );

  it.each(['cutAnswer', 'noAnswer'] as const)(
    'created, with the answer lost once (%s): asked again, and that it exists is success',
    async (fault) => {
      const client = await deployment.client();
      faults().next(fault, 1);
      const { body } = await client.post('/v1/proofread', BODY, ASYNC);
      expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
      await deployment.queue.idle();
      finishedOnce();
      expect(deployment.logged.filter(({ message }) => message === 'enqueue')).toEqual([]);
    },
  );

  it.each(['cutAnswer', 'noAnswer'] as const)(
    'created, with every answer lost (%s): accepted, done once, and the sweep finds nothing to do',
    async (fault) => {
      const client = await deployment.client();
      faults().next(fault, 1000);
      const { status, body } = await client.post('/v1/proofread', BODY, ASYNC);
      expect(status).toBe(202);
      faults().next(fault, 0);
      expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
      deployment.clock.ahead += GRACE_MS;
      expect(await deployment.sweep()).toMatchObject({ requeued: 0 });
      finishedOnce();
    },
  );

  it('created twice, because the sweep could not know: one run, whichever task comes first', async () => {
    const client = await deployment.client();
    deployment.queue.pause();
    const accepted = await Promise.all(
      Array.from({ length: 10 }, () => client.post('/v1/proofread', BODY, ASYNC)),
    );
    deployment.clock.ahead += GRACE_MS;
    await deployment.sweep();
    deployment.queue.resume();
    for (const { body } of accepted) await client.finished(body.operation_id);
    await deployment.queue.idle();
    expect(deployment.provider.calls).toHaveLength(accepted.length);
  });

  it('handed over out of a closed window without a task: finished by the sweep', async () => {
    await deployment[Symbol.asyncDispose]();
    deployment = await (cloud as (typeof SHAPES)[number]).open({ syncTimeoutMs: 50 });
    const client = await deployment.client();
    deployment.provider.script = hangs;
    faults().next('refuse', 1000, 403);
    const { status, body } = await client.post('/v1/proofread', BODY);
    expect([status, body.status]).toEqual([202, 'queued']);
    faults().next('refuse', 0);
    deployment.provider.script = () => ({ issues: [] });
    deployment.clock.ahead += GRACE_MS;
    await deployment.sweep();
    expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
    expect(deployment.provider.calls).toHaveLength(2);
  });
});

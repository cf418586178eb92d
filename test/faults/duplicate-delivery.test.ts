import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinished } from '../../shared/operations/record.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const ASYNC = { prefer: 'respond-async' };
const BODY = { text: 'அந்தப் பையன் வந்தான்.' };

describe.each(SHAPES)('a task that is delivered more than once: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    beforeEach(async () => {
      deployment = await open({ paused: true });
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const accept = async () => (await (await deployment.client()).post('/v1/proofread', BODY, ASYNC)).body;
    const terminalWrites = () => deployment.written.filter(isFinished);
    /** The provider answers when it is let, as one that is slow does. */
    const slowly = () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      deployment.provider.script = async (call) => {
        await promise;
        return nothingFound(call);
      };
      return resolve;
    };

    it('at once: one provider call, one terminal write, the duplicate refused without slowing the queue', async () => {
      const { operation_id } = await accept();
      const letGo = slowly();
      const first = deployment.deliver(operation_id);
      await deployment.provider.called(1);
      expect(await deployment.deliver(operation_id)).toBe(409);
      expect(await deployment.deliver(operation_id, { task: 'of-the-sweep' })).toBe(409);
      letGo();
      expect(await first).toBe(200);
      expect(deployment.provider.calls).toHaveLength(1);
      expect(terminalWrites()).toHaveLength(1);
    });

    it('twenty times at the same moment: one provider call', async () => {
      const { operation_id } = await accept();
      const answers = await Promise.all(Array.from({ length: 20 }, () => deployment.deliver(operation_id)));
      expect(answers).toContain(200);
      expect(answers.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      expect(deployment.provider.calls).toHaveLength(1);
      expect(terminalWrites()).toHaveLength(1);
    });

    it('again after success: acknowledged, nothing written', async () => {
      const { operation_id } = await accept();
      expect(await deployment.deliver(operation_id)).toBe(200);
      const writes = deployment.written.length;
      const late = [{}, { dispatch: 7 }, { task: 'of-the-sweep' }];
      expect(await Promise.all(late.map((one) => deployment.deliver(operation_id, one)))).toEqual([
        200, 200, 200,
      ]);
      expect(deployment.written).toHaveLength(writes);
      expect(deployment.provider.calls).toHaveLength(1);
    });

    it('a refused duplicate that is redelivered does not take the work from the one that has it', async () => {
      const { operation_id } = await accept();
      const letGo = slowly();
      const first = deployment.deliver(operation_id);
      await deployment.provider.called(1);
      expect(await deployment.deliver(operation_id)).toBe(409);
      expect(await deployment.deliver(operation_id, { dispatch: 1, previous: 409 })).toBe(409);
      letGo();
      expect(await first).toBe(200);
      expect(await deployment.deliver(operation_id, { dispatch: 2, previous: 409 })).toBe(200);
      expect(deployment.provider.calls).toHaveLength(1);
      expect(terminalWrites()).toHaveLength(1);
    });

    // The local queue makes no duplicates, so there they come from beside it.
    it('each task twice and again when it is done: one provider call for each operation', async () => {
      if (deployment.faults)
        deployment.faults.rates = { ...deployment.faults.rates, duplicate: 1, repeat: 1 };
      const accepted = await Promise.all(Array.from({ length: 20 }, accept));
      const beside = () =>
        Promise.all(
          deployment.faults ? [] : accepted.map(({ operation_id }) => deployment.deliver(operation_id)),
        );
      deployment.queue.resume();
      const during = await beside();
      const client = await deployment.client();
      for (const { operation_id } of accepted) {
        expect((await client.finished(operation_id)).body.status).toBe('succeeded');
      }
      expect(during.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      for (const status of await beside()) expect(status).toBe(200);
      await deployment.queue.idle();
      await deployment.faults?.settled();
      expect(deployment.provider.calls).toHaveLength(accepted.length);
      expect(terminalWrites()).toHaveLength(accepted.length);
      if (deployment.faults) {
        expect(deployment.faults.count.duplicate).toBeGreaterThan(0);
        expect(deployment.faults.count.repeat).toBeGreaterThan(0);
      }
    });
  });
});

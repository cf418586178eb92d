import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProviderRejected, ProviderUnavailable } from '../../shared/operations/kind.ts';
import { nothingFound, type Script } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const ATTEMPT_MS = 60_000;
const LEASE_MS = ATTEMPT_MS + 30_000;
const TEXT = 'அந்த பையன் வந்தான்.';

const wakes: [string, Script][] = [
  [
    'an answer',
    () => ({
      issues: [{ type: 'style', severity: 'low', message: 'தாமதம்', start: 0, end: 4, suggestion: 'அந்தப்' }],
    }),
  ],
  ['a refusal', () => Promise.reject(new ProviderRejected('provider-request-rejected', 'no'))],
  ['an outage', () => Promise.reject(new ProviderUnavailable('away'))],
  ['a fault of ours', () => Promise.reject(new Error('unforeseen'))],
];

describe.each(SHAPES)('an attempt that sleeps past its lease: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    beforeEach(async () => {
      deployment = await open({ paused: true, attemptTimeoutMs: ATTEMPT_MS });
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it.each(wakes)('wakes with %s, and changes nothing', async (_, late) => {
      const client = await deployment.client();
      const { body } = await client.post('/v1/proofread', { text: TEXT }, { prefer: 'respond-async' });
      const woken = Promise.withResolvers<void>();
      deployment.provider.script = async (call) => {
        if (call.index > 0) return nothingFound(call);
        await woken.promise;
        return late(call);
      };
      const zombie = deployment.deliver(body.operation_id, { task: 'first' });
      await deployment.provider.called(1);
      deployment.clock.ahead += LEASE_MS - 45_000;
      expect(await deployment.deliver(body.operation_id, { task: 'second' })).toBe(409);
      deployment.clock.ahead += 45_000;
      expect(await deployment.deliver(body.operation_id, { task: 'second' })).toBe(200);
      const finished = await client.get(`/v1/operations/${body.operation_id}`);
      expect(finished.body).toMatchObject({ status: 'succeeded', result: { issues: [] } });
      const writes = (await deployment.writes()).length;

      woken.resolve();
      expect(await zombie).toBe(200);
      expect(await deployment.writes()).toHaveLength(writes);
      expect((await client.get(`/v1/operations/${body.operation_id}`)).body).toEqual(finished.body);
    });

    it('wakes while the next attempt is under way, and leaves the lease to it', async () => {
      const client = await deployment.client();
      const { body } = await client.post('/v1/proofread', { text: TEXT }, { prefer: 'respond-async' });
      const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      deployment.provider.script = async (call) => {
        await gates[call.index]?.promise;
        return nothingFound(call);
      };
      const zombie = deployment.deliver(body.operation_id, { task: 'first' });
      await deployment.provider.called(1);
      deployment.clock.ahead += LEASE_MS;
      const second = deployment.deliver(body.operation_id, { task: 'second' });
      await deployment.provider.called(2);
      const held = await deployment.stored(body.operation_id);
      gates[0]?.resolve();
      expect(await zombie).toBe(409);
      expect(await deployment.stored(body.operation_id)).toEqual(held);
      gates[1]?.resolve();
      expect(await second).toBe(200);
      expect(await deployment.stored(body.operation_id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    });
  });
});

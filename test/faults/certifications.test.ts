import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childrenOf } from '../../shared/operations/access/children.ts';
import { isFinished, type Operation } from '../../shared/operations/record/record.ts';
import type { Client } from '../e2e/client.ts';
import { kindsWith } from '../support/kinds-with.ts';
import { createScriptedProvider, hangs, nothingFound } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const KINDS = kindsWith(createScriptedProvider());
const MAX_AGE_MS = 3_600_000;

describe.each(SHAPES)('certifications: $name', { timeout: 180_000 }, ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    let client: Client;
    beforeEach(async () => {
      deployment = await open({ maxAgeMs: MAX_AGE_MS });
      client = await deployment.client('school-1', { role: 'tenant_admin' });
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const post = (integration = 'lms', mode = 'full', headers = {}) =>
      client.post(`/v1/admin/integrations/${integration}/certifications`, { mode }, headers);
    const stored = async (id: string) => (await deployment.stored(id)) as Operation;
    const childrenIn = async (parent: Operation) =>
      (await Promise.all(childrenOf(KINDS, parent).map(({ id }) => deployment.stored(id)))).filter(
        (op) => op !== undefined,
      );
    const eventually = async (holds: () => Promise<boolean>) => {
      for (let tries = 0; tries < 2400; tries += 1) {
        if (await holds()) return;
        await sleep(25);
      }
      throw new Error('it never came to that');
    };

    it('of twenty at once, with and without keys, one is accepted and nineteen are not', async () => {
      deployment.queue.pause();
      const race = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          post('lms', 'quick', n % 2 ? { 'idempotency-key': `k-${n}` } : {}),
        ),
      );
      expect(race.map(({ status }) => status).toSorted()).toEqual([202, ...Array(19).fill(409)]);
      expect(await deployment.writes()).toHaveLength(1);
      deployment.queue.resume();
      const id = race.find(({ status }) => status === 202)?.body.operation_id;
      expect((await client.finished(id)).body.result.passed).toBe(true);
      expect((await post()).status).toBe(202);
    });

    it('of forty at once with one key are one, and each answer is its', async () => {
      deployment.queue.pause();
      const key = { 'idempotency-key': 'mine' };
      const race = await Promise.all(Array.from({ length: 40 }, () => post('lms', 'quick', key)));
      expect(new Set(race.map(({ status, body }) => `${status} ${body.operation_id}`)).size).toBe(1);
      expect(race[0]?.status).toBe(202);
      expect(await deployment.writes()).toHaveLength(1);
    });

    it('delivered over and over make no more steps than their pauses allow, and each check once', async () => {
      deployment.provider.script = async (call) => {
        await sleep(call.request.analysis === 'proofread' ? 10 : 2500);
        return nothingFound(call);
      };
      const { operation_id } = (await post()).body;
      for (let n = 0; !isFinished(await stored(operation_id)); n += 1) {
        const statuses = await Promise.all(
          ['a', 'b'].map((task) => deployment.deliver(operation_id, { task: `${task}-${n}` })),
        );
        for (const status of statuses) expect([200, 409]).toContain(status);
        await sleep(50);
      }
      expect(await stored(operation_id)).toMatchObject({ status: 'succeeded', result: { passed: true } });
      expect(deployment.provider.calls).toHaveLength(2);
      const yields = (await deployment.writes()).filter((op) => op.id === operation_id && 'resume_at' in op);
      expect(yields.length).toBeLessThanOrEqual(3);
      await deployment.queue.idle();
    });

    it('cancelled at any moment leave no check unfinished', async () => {
      deployment.provider.script = hangs;
      const ids = await Promise.all(
        Array.from({ length: 30 }, async (_, n) => {
          const { operation_id } = (await post(`lms-${n}`)).body;
          if (n % 10 < 9) await sleep((n % 10) * 8);
          else await eventually(async () => (await childrenIn(await stored(operation_id))).length > 0);
          expect((await client.post(`/v1/operations/${operation_id}/cancel`)).body.status).toBe('cancelled');
          return String(operation_id);
        }),
      );
      await eventually(async () => {
        const families = await Promise.all(
          ids.map(async (id) => {
            const parent = await stored(id);
            return [parent, ...(await childrenIn(parent))];
          }),
        );
        return families.flat().every(isFinished);
      });
      const started = new Set((await deployment.writes()).map(({ id }) => id)).size - ids.length;
      expect(started).toBeGreaterThan(0);
    });

    it('whose checks hang fail at the age of any operation, and another may begin', async () => {
      deployment.provider.script = hangs;
      const { operation_id } = (await post('lms', 'quick')).body;
      await deployment.provider.called(1);
      expect((await post('lms', 'quick')).status).toBe(409);
      deployment.clock.ahead = MAX_AGE_MS;
      await eventually(async () => {
        await deployment.sweep();
        return isFinished(await stored(operation_id));
      });
      expect(await stored(operation_id)).toMatchObject({
        status: 'failed',
        error: { code: 'deadline-exceeded' },
      });
      expect((await post('lms', 'quick')).status).toBe(202);
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinished } from '../../shared/operations/record.ts';
import { nothingFound, type Script } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const DAY_MS = 86_400_000;
const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ESSAY = { essay: 'மழை உயிர்களுக்கு அமுதம்.' };
const ASYNC = { prefer: 'respond-async' };
const KEY = { 'idempotency-key': 'k' };

describe.each(SHAPES)('records that nobody can use: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    beforeEach(async () => {
      deployment = await open({ paused: true, ttlDays: 1 });
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    describe('past their retention, still in the store', () => {
      it('are not found, listed, cancelled or replayed from that moment on', async () => {
        const client = await deployment.client();
        const { body } = await client.post('/v1/proofread', BODY, KEY);
        deployment.clock.ahead += DAY_MS - 10_000;
        const path = `/v1/operations/${body.operation_id}`;
        expect((await client.get(path)).status).toBe(200);
        deployment.clock.ahead += 10_000;
        expect((await client.get(path)).body.code).toBe('not-found');
        expect((await client.post(`${path}/cancel`)).body.code).toBe('not-found');
        expect((await client.get('/v1/operations')).body).toEqual({ operations: [] });
        const again = await client.post('/v1/proofread', BODY, KEY);
        expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
        expect(deployment.provider.calls).toHaveLength(2);
      });

      it('are not worked on: a task that comes so late is acknowledged', async () => {
        const { body } = await (await deployment.client()).post('/v1/proofread', BODY, ASYNC);
        deployment.clock.ahead += DAY_MS;
        expect(await deployment.deliver(body.operation_id)).toBe(200);
        expect(deployment.provider.calls).toHaveLength(0);
      });
    });

    describe('with a result over the size limit', () => {
      const huge: Script = (call) => Object.assign(nothingFound(call), { summary: 'நீளம்'.repeat(100_000) });
      const TOO_LARGE = { status: 'failed', error: { code: 'result-too-large' } };

      it('fail at the worker with a code, once', async () => {
        deployment.provider.script = huge;
        const client = await deployment.client();
        const { body } = await client.post('/v1/essay-critique', ESSAY, ASYNC);
        expect(await deployment.deliver(body.operation_id)).toBe(200);
        const { body: failed } = await client.get(`/v1/operations/${body.operation_id}`);
        expect(failed).toMatchObject(TOO_LARGE);
        expect(failed).not.toHaveProperty('result');
        expect(await deployment.deliver(body.operation_id, { dispatch: 1 })).toBe(200);
        expect(deployment.provider.calls).toHaveLength(1);
        expect(deployment.written.filter(isFinished)).toHaveLength(1);
      });

      it.each([{}, KEY])('fail in the synchronous window with the same code (%o)', async (key) => {
        deployment.provider.script = huge;
        const client = await deployment.client();
        const { status, body } = await client.post('/v1/essay-critique', ESSAY, key);
        expect([status, body]).toMatchObject([200, TOO_LARGE]);
        expect((await client.get(`/v1/operations/${body.operation_id}`)).body).toEqual(body);
        expect(deployment.provider.calls).toHaveLength(1);
      });
    });

    describe('damaged', () => {
      const damaged = async () => {
        const client = await deployment.client();
        const { body } = await client.post('/v1/proofread', BODY, { ...ASYNC, ...KEY });
        await deployment.damage(body.operation_id);
        return { client, id: body.operation_id as string };
      };

      it('are a problem to whoever asks, which says nothing of what is wrong', async () => {
        const { client, id } = await damaged();
        const replies = [
          await client.get(`/v1/operations/${id}`),
          await client.post(`/v1/operations/${id}/cancel`),
          await client.post('/v1/proofread', BODY, { ...ASYNC, ...KEY }),
        ];
        for (const { status, headers, body } of replies) {
          expect(status).toBe(500);
          expect(headers.get('content-type')).toContain('application/problem+json');
          expect(JSON.stringify(body)).not.toMatch(/JSON|zod|status:|document/);
        }
      });

      it('are acknowledged at the worker, skipped by list and sweep, and stop neither', async () => {
        const { client, id } = await damaged();
        const healthy = (await client.post('/v1/proofread', BODY, ASYNC)).body.operation_id;
        expect(await deployment.deliver(id)).toBe(200);
        const { body } = await client.get('/v1/operations');
        expect(body.operations.map((one: { operation_id: string }) => one.operation_id)).toEqual([healthy]);
        deployment.clock.ahead += 60_000;
        expect(await deployment.sweep()).toMatchObject({ requeued: 1 });
        expect(await deployment.deliver(healthy)).toBe(200);
        expect(await deployment.stored(healthy)).toMatchObject({ status: 'succeeded' });
      });
    });
  });
});

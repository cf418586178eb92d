import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Call, nothingFound } from '../support/scripted-provider.ts';
import { type Deployment, SHAPES } from './deployment.ts';

const WINDOW_MS = 60;
const ROUNDS = 300;
/** On the emulator, whose writes take longer. */
const EMULATED_ROUNDS = 150;
const AT_ONCE = 50;
/** How long the provider takes to let go of a call that is aborted. */
const LETTING_GO_MS = 15;

describe.each(SHAPES)(
  'an answer at the end of the synchronous window: $name',
  { timeout: 180_000 },
  ({ name, open, missing }) => {
    describe.skipIf(missing)('', () => {
      let deployment: Deployment;
      beforeEach(async () => {
        deployment = await open({ syncTimeoutMs: WINDOW_MS });
      });
      afterEach(() => deployment[Symbol.asyncDispose]());

      it('just before, at and just after it: one 200 or one 202, every call accounted for, no work after the answer', async () => {
        const callsOf = (text: string) =>
          deployment.provider.calls.filter(({ request }) => request.text === text);
        deployment.provider.script = async (call) => {
          const { signal } = call.context;
          const round = Number(/\d+/.exec(call.request.text)?.[0]);
          const synchronous = callsOf(call.request.text).length === 1;
          const takes = synchronous ? WINDOW_MS - 8 + (round % 17) : 0;
          try {
            await sleep(takes, undefined, { signal });
          } catch (error) {
            await sleep(LETTING_GO_MS);
            throw error;
          }
          return nothingFound(call);
        };
        const rounds = name.startsWith('SQLite') ? ROUNDS : EMULATED_ROUNDS;
        const client = await deployment.client();
        const answers: Record<number, number> = {};
        const round = async (n: number) => {
          const text = `அவன் ${n} முறை வந்தான்.`;
          const key = n % 2 ? { 'idempotency-key': `k-${n}` } : undefined;
          const { status, body } = await client.post('/v1/proofread', { text }, key);
          expect([200, 202], JSON.stringify(body)).toContain(status);
          const isAborted = ({ context }: Call) => context.signal.aborted;
          for (const { ended } of callsOf(text).filter(isAborted)) expect(ended).toBe(true);
          answers[status] = (answers[status] ?? 0) + 1;
          const finished = await client.finished(body.operation_id);
          if (status === 200) {
            expect(body).toEqual(finished.body);
            expect(callsOf(text)).toHaveLength(1);
          } else {
            expect([status, body.status]).toEqual([202, 'queued']);
            // The window's call, unless the window was over before that could be made; and the queue's.
            expect(callsOf(text).map(isAborted)).toBeOneOf([[true, false], [false]]);
          }
          expect(finished.body).toMatchObject({ status: 'succeeded', result: { original_text: text } });
          const writes = (await deployment.writes()).filter(({ id }) => id === body.operation_id);
          expect(writes.filter((one) => 'completed_at' in one)).toHaveLength(1);
          if (key) {
            const again = await client.post('/v1/proofread', { text }, key);
            expect([again.status, again.body]).toEqual([200, finished.body]);
          }
        };
        const hasBoth = () => answers[200] !== undefined && answers[202] !== undefined;
        for (let from = 0; from < rounds || (!hasBoth() && from < 10 * rounds); from += AT_ONCE) {
          await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => round(from + index)));
        }
        expect(answers).toEqual({ 200: expect.any(Number), 202: expect.any(Number) });
        await deployment.queue.idle();
        const attempts = deployment.logged.filter(({ message }) => message === 'attempt');
        expect(deployment.provider.calls).toHaveLength(attempts.length);
        expect(await client.get('/v1/operations?status=queued')).toMatchObject({ body: { operations: [] } });
      });

      it('a provider that does not let go is left behind, and its late answer changes nothing', async () => {
        const client = await deployment.client();
        const { provider } = deployment;
        let isLeftBehind = false;
        // On a busy machine the window may be over before its call is made: then there is none to leave behind.
        for (let n = 0; !isLeftBehind; n += 1) {
          const text = `அவன் ${n} முறை வந்தான்.`;
          const first = () => provider.calls.find(({ request }) => request.text === text);
          const letGo = Promise.withResolvers<void>();
          provider.script = async (call) => {
            // Ignores that it is aborted, as a client library may.
            if (call === first()) await letGo.promise;
            return nothingFound(call);
          };
          const { status, body } = await client.post('/v1/proofread', { text });
          expect(status).toBe(202);
          isLeftBehind = first()?.context.signal.aborted ?? false;
          if (!isLeftBehind) letGo.resolve();
          const finished = await client.finished(body.operation_id);
          letGo.resolve();
          await sleep(20);
          expect((await client.get(`/v1/operations/${body.operation_id}`)).body).toEqual(finished.body);
        }
      });
    });
  },
);

import { afterEach, describe, expect, it } from 'vitest';
import { isFinished } from '../../shared/operations/record.ts';
import { ProviderRejected, ProviderUnavailable } from '../../shared/providers/provider.ts';
import { hangs, nothingFound, type Script } from '../support/scripted-provider.ts';
import { type Deployment, type DeploymentOptions, SHAPES } from './deployment.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
const ATTEMPTS = 3;
const failing =
  (error: Error): Script =>
  () =>
    Promise.reject(error);

describe.each(SHAPES)('a provider that fails: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    const begin = async (script: Script, options: DeploymentOptions = {}) => {
      deployment = await open({ maxAttempts: ATTEMPTS, ...options });
      deployment.provider.script = script;
      return deployment.client();
    };
    afterEach(() => deployment[Symbol.asyncDispose]());

    it.each<[string, string, Script]>([
      ['with 5xx', 'provider-unavailable', failing(new ProviderUnavailable('upstream said 500'))],
      [
        'with 429',
        'provider-unavailable',
        failing(new ProviderUnavailable('upstream said 429', { throttled: true, retryAfterMs: 20 })),
      ],
      [
        'with 429 and no word of when',
        'provider-unavailable',
        failing(new ProviderUnavailable('429', { throttled: true })),
      ],
      ['by never answering', 'provider-timeout', hangs],
      ['in a way nobody foresaw', 'internal-error', failing(new TypeError('x is not a function'))],
    ])(
      'always, %s: failed by our own limit with %s, and the queue has nothing left',
      async (_, code, script) => {
        const client = await begin(script, { attemptTimeoutMs: 40 });
        const { body } = await client.post('/v1/proofread', BODY, ASYNC);
        const finished = await client.finished(body.operation_id, 10_000);
        expect(finished.body).toMatchObject({ status: 'failed', error: { code } });
        expect(finished.body).not.toHaveProperty('result');
        expect(JSON.stringify(finished.body)).not.toMatch(/not a function|upstream said/);
        expect(deployment.provider.calls).toHaveLength(ATTEMPTS);
        await deployment.queue.idle();
        expect(deployment.provider.calls).toHaveLength(ATTEMPTS);
      },
    );

    it.each(['provider-request-rejected', 'provider-config-missing'] as const)(
      'for good, with %s: acknowledged at the first attempt',
      async (code) => {
        const client = await begin(failing(new ProviderRejected(code, 'no')));
        const { body } = await client.post('/v1/proofread', BODY, ASYNC);
        const finished = await client.finished(body.operation_id);
        expect(finished.body).toMatchObject({ status: 'failed', error: { code } });
        await deployment.queue.idle();
        expect(deployment.provider.calls).toHaveLength(1);
        expect(await deployment.deliver(body.operation_id)).toBe(200);
      },
    );

    it('now and then: the operation succeeds, and each call is one attempt', async () => {
      const client = await begin((call) =>
        call.index < ATTEMPTS - 1 ? failing(new ProviderUnavailable('503'))(call) : nothingFound(call),
      );
      const { body } = await client.post('/v1/proofread', BODY, ASYNC);
      expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
      expect(await deployment.stored(body.operation_id)).toMatchObject({ attempts: ATTEMPTS });
      expect(deployment.written.filter(isFinished)).toHaveLength(1);
    });

    it('for longer than an operation may take: failed with deadline-exceeded, however many attempts are left', async () => {
      const client = await begin(failing(new ProviderUnavailable('503')), {
        maxAttempts: 100,
        maxAgeMs: 300,
      });
      const { body } = await client.post('/v1/proofread', BODY, ASYNC);
      const finished = await client.finished(body.operation_id, 10_000);
      expect(finished.body).toMatchObject({ status: 'failed', error: { code: 'deadline-exceeded' } });
    });
  });
});

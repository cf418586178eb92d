import { afterEach, describe, expect, it } from 'vitest';
import { type Deployment, SHAPES } from './deployment.ts';

/** Two, between which there is the shortest pause. */
const ATTEMPTS = 2;

/** The other ways in which a provider fails are shown to real processes. A fault of ours none can be told to have. */
describe.each(SHAPES)('an attempt that fails in a way nobody foresaw: $name', ({ open, missing }) => {
  describe.skipIf(missing)('', () => {
    let deployment: Deployment;
    afterEach(() => deployment[Symbol.asyncDispose]());

    it('every time: failed by our own limit, the queue has nothing left, and nobody is told what it was', async () => {
      deployment = await open({ maxAttempts: ATTEMPTS });
      deployment.provider.script = () => Promise.reject(new TypeError('x is not a function'));
      const client = await deployment.client();
      const { body } = await client.post(
        '/v1/proofread',
        { text: 'அந்தப் பையன் வந்தான்.' },
        { prefer: 'respond-async' },
      );
      const finished = await client.finished(body.operation_id);
      expect(finished.body).toMatchObject({ status: 'failed', error: { code: 'internal-error' } });
      expect(finished.body).not.toHaveProperty('result');
      expect(JSON.stringify(finished.body)).not.toMatch(/not a function/);
      await deployment.queue.idle();
      expect(deployment.provider.calls).toHaveLength(ATTEMPTS);
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GeminiStandIn, sound } from '../support/gemini-stand-in.ts';
import { certifierOf, isCheckedProofread } from './certification-suite.ts';
import { clientOf, eventually, type Reply } from './client.ts';
import type { Launch, Running } from './launch.ts';
import type { Issuer } from './tenants.ts';

const TENANT = 'school-1';

interface Killable {
  /** Runs with these settings. */
  readonly service: Running;
  readonly settings: Readonly<Record<string, string>>;
  readonly issuer: Issuer;
  readonly gemini: GeminiStandIn;
}

/** What a service had accepted that is ended by kill -9 in mid-run, and started again on what it had stored. */
export const killSuite = (killable: () => Killable, launch: Launch, text: string) =>
  describe('after a kill -9 in mid-run', () => {
    let accepted: Reply[];
    let certification: string;
    /** Calls to the model before, and when the service was started again. */
    let before: number;
    let since: number;
    let serving: number;
    let second: Running;

    beforeAll(async () => {
      const { service, settings, issuer, gemini } = killable();
      const client = clientOf(service.url, await issuer.token(TENANT));
      const certifier = await certifierOf(service.url, issuer);
      before = gemini.calls.length;
      gemini.respondWith((call, index) => (isCheckedProofread(call) ? sound(call, index) : { hang: true }));
      certification = await certifier.certify('full');
      const look = (id: string) => () => certifier.client.get(`/v1/operations/${id}`);
      await eventually(look(certification), ({ progress }) => progress === 0.5);
      accepted = await Promise.all(
        Array.from({ length: 12 }, () => client.post('/v1/proofread', { text }, { prefer: 'respond-async' })),
      );
      const [{ body } = { body: undefined }] = accepted;
      await eventually(
        () => client.get(`/v1/operations/${body?.operation_id}`),
        ({ status }) => status === 'running',
      );
      await service.kill();
      gemini.respondWith(sound);
      since = Date.now();
      second = await launch({ ...settings, GEMINI_API_KEY: 'second' });
      serving = performance.now();
    });
    afterAll(() => second?.kill());

    it('finishes what it had accepted', async () => {
      const { issuer, gemini } = killable();
      const client = clientOf(second.url, await issuer.token(TENANT));
      const replies = await Promise.all(accepted.map(({ body }) => client.finished(body.operation_id)));
      expect(replies.map(({ body }) => body.status)).toEqual(accepted.map(() => 'succeeded'));
      // Calls of the killed process may come by only now.
      const again = gemini.calls.filter(
        ({ headers, parts }) =>
          headers['x-goog-api-key'] === 'second' && parts.some((part) => part.includes(text)),
      );
      expect(again).toHaveLength(accepted.length);
      // Taken up without waiting for a lease to end, which is minutes.
      for (const { at } of again) expect(at - serving).toBeLessThan(60_000);
    });

    it('finishes a certification between its checks, and repeats none', async () => {
      const { issuer, gemini } = killable();
      const { client, resultOf } = await certifierOf(second.url, issuer);
      const { passed, checks } = await resultOf(certification, 60_000);
      expect(passed).toBe(true);
      const proofread = await client.get(`/v1/operations/${checks[0]?.operation_id}`);
      expect(Date.parse(proofread.body.completed_at)).toBeLessThan(since);
      expect(gemini.calls.slice(before).filter(isCheckedProofread)).toHaveLength(1);
    });
  });

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificationResult } from '../../shared/analyses/certification.ts';
import { operationView } from '../../shared/operations/record/view.ts';
import {
  type GeminiCall,
  type GeminiStandIn,
  promptBlocked,
  sound,
  startGeminiStandIn,
} from '../support/gemini-stand-in.ts';
import { type Client, clientOf } from './client.ts';
import type { Launch, Running } from './launch.ts';
import { createIssuer, type Issuer } from './tenants.ts';

const SENTENCE = 'இது சரிபார்ப்பு சான்றிதழ் சோதனை உரை.';
const ADMIN = { roles: ['tenant_admin'] };
const PATH = '/v1/admin/integrations/lms/certifications';
const isProofread = ({ parts }: GeminiCall) => parts.some((part) => part.includes(SENTENCE));

/** What certifications do in every way of running the service, seen from outside. */
export function certificationSuite(name: string, launch: Launch): void {
  describe(`${name}: certifications`, { timeout: 180_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'certification-'));
    let issuer: Issuer;
    let gemini: GeminiStandIn;
    const services: Running[] = [];
    beforeAll(async () => {
      issuer = await createIssuer();
      gemini = await startGeminiStandIn();
    });
    afterEach(async () => {
      gemini.respondWith(sound);
      for (const service of services.splice(0)) await service.kill();
    });
    afterAll(async () => {
      await gemini.close();
      rmSync(dir, { recursive: true, force: true });
    });
    const env = (more: Record<string, string>) => ({
      ...issuer.env,
      SQLITE_PATH: join(dir, `${randomUUID()}.db`),
      GOOGLE_CLOUD_PROJECT: `e2e-${randomUUID().slice(0, 8)}`,
      ...more,
    });
    const withModel = (more: Record<string, string> = {}) =>
      env({ GEMINI_API_KEY: 'test-key', GEMINI_BASE_URL: gemini.url, ...more });
    const started = async (settings: Record<string, string>) => {
      const service = await launch(settings);
      services.push(service);
      return clientOf(service.url, await issuer.token('school-1', ADMIN));
    };
    const certify = async (client: Client, mode: 'quick' | 'full') => {
      const { status, body } = await client.post(PATH, { mode });
      expect([status, body.endpoint, body.status]).toEqual([202, 'onboarding-certify', 'queued']);
      return String(body.operation_id);
    };
    const resultOf = async (client: Client, id: string, withinMs?: number) => {
      const { body } = await client.finished(id, withinMs);
      expect(operationView.parse(body)).toMatchObject({
        status: 'succeeded',
        endpoint: 'onboarding-certify',
      });
      return certificationResult.parse(body.result);
    };

    it('pass with one worker, whose work the tenant can read; one at a time; with a key as often as one likes', async () => {
      const client = await started(env({ PROVIDER: 'rules', LOCAL_QUEUE_CONCURRENCY: '1' }));
      const viewer = clientOf(
        services[0]?.url ?? '',
        await issuer.token('school-1', { roles: ['tenant_viewer'] }),
      );
      expect((await viewer.post(PATH, { mode: 'quick' })).status).toBe(403);

      const key = { 'idempotency-key': randomUUID() };
      const race = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          client.post(PATH, { mode: 'full' }, n < 10 ? {} : { 'idempotency-key': `key-${n}` }),
        ),
      );
      expect(race.map(({ status }) => status).toSorted()).toEqual([202, ...Array(19).fill(409)]);
      expect(new Set(race.map(({ body }) => body.code))).toEqual(
        new Set([undefined, 'certification-running']),
      );
      const id = String(race.find(({ status }) => status === 202)?.body.operation_id);

      const { mode, passed, checks } = await resultOf(client, id);
      expect([mode, passed]).toEqual(['full', true]);
      expect(checks.map((check) => check.name)).toEqual(['proofread', 'essay-critique']);
      for (const check of checks) {
        const { status, body } = await client.get(`/v1/operations/${check.operation_id}`);
        expect([status, body.status, body.endpoint]).toEqual([200, 'succeeded', check.name]);
        expect(Date.parse(body.completed_at) - Date.parse(body.created_at)).toBe(check.latency_ms);
      }
      const listed = await client.get('/v1/operations');
      expect(listed.body.operations).toHaveLength(3);

      const first = await client.post(PATH, { mode: 'quick' }, key);
      expect(first.status).toBe(202);
      expect((await resultOf(client, first.body.operation_id)).checks).toHaveLength(1);
      const again = await client.post(PATH, { mode: 'quick' }, key);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
      expect(again.body.operation_id).toBe(first.body.operation_id);
      expect((await client.post(PATH, { mode: 'full' }, key)).status).toBe(422);
    });

    it('tell why a provider that refuses did, and that a slow one took its time, with one worker', async () => {
      gemini.respondWith((call, index) =>
        isProofread(call) ? { response: promptBlocked() } : { ...sound(call, index), delayMs: 1500 },
      );
      const client = await started(withModel({ LOCAL_QUEUE_CONCURRENCY: '1' }));
      const { passed, checks } = await resultOf(client, await certify(client, 'full'));
      expect(passed).toBe(false);
      expect(checks).toMatchObject([
        { passed: false, detail: expect.stringContaining('provider-request-rejected') },
        { passed: true },
      ]);
      expect(checks[1]?.latency_ms).toBeGreaterThanOrEqual(1500);
    });

    describe('with a model', () => {
      let settings: ReturnType<typeof withModel>;
      let first: Running;
      let client: Client;
      beforeAll(async () => {
        settings = withModel();
        first = await launch(settings);
        client = clientOf(first.url, await issuer.token('school-1', ADMIN));
      });
      afterAll(() => first.kill());

      it('take their checks with them when they are cancelled', async () => {
        gemini.respondWith(() => ({ hang: true }));
        const before = gemini.calls.length;
        const id = await certify(client, 'full');
        while (gemini.calls.length < before + 2) await sleep(20);
        const { status, body } = await client.post(`/v1/operations/${id}/cancel`);
        expect([status, body.status]).toEqual([200, 'cancelled']);
        await Promise.all([gemini.hungUp(before), gemini.hungUp(before + 1)]);
        const { operations } = (await client.get('/v1/operations')).body;
        expect(operations.map((operation: { status: string }) => operation.status)).toEqual(
          Array(3).fill('cancelled'),
        );
        gemini.respondWith(sound);
        expect(await resultOf(client, await certify(client, 'quick'))).toMatchObject({ passed: true });
      });

      it('outlive a kill -9 between the checks, and repeat none', async () => {
        const before = gemini.calls.length;
        gemini.respondWith((call, index) => (isProofread(call) ? sound(call, index) : { hang: true }));
        const id = await certify(client, 'full');
        await eventually(client, id, ({ progress }) => progress === 0.5);
        await first.kill();

        gemini.respondWith(sound);
        const since = Date.now();
        const second = await started(settings);
        const { passed, checks } = await resultOf(second, id, 20_000);
        expect(passed).toBe(true);
        const proofread = await second.get(`/v1/operations/${checks[0]?.operation_id}`);
        expect(Date.parse(proofread.body.completed_at)).toBeLessThan(since);
        expect(gemini.calls.slice(before).filter(isProofread)).toHaveLength(1);
      });
    });
  });
}

async function eventually(
  client: Client,
  id: string,
  wanted: (operation: { progress?: number; status: string }) => boolean,
): Promise<void> {
  for (let tries = 0; tries < 2400; tries += 1) {
    if (wanted((await client.get(`/v1/operations/${id}`)).body)) return;
    await sleep(25);
  }
  throw new Error('it never came to that');
}

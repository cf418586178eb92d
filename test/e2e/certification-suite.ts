import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { certificationResult } from '../../shared/analyses/certification.ts';
import { operationView } from '../../shared/operations/record/view.ts';
import { type GeminiCall, type GeminiStandIn, promptBlocked, sound } from '../support/gemini-stand-in.ts';
import { type Client, clientOf } from './client.ts';
import type { Issuer } from './tenants.ts';

const SENTENCE = 'இது சரிபார்ப்பு சான்றிதழ் சோதனை உரை.';
const TENANT = 'certified-school';
const PATH = '/v1/admin/integrations/lms/certifications';

/** Whether it is the first check of a certification. */
export const isCheckedProofread = ({ parts }: GeminiCall): boolean =>
  parts.some((part) => part.includes(SENTENCE));

/** Who certifies integrations: an administrator of a tenant that does nothing else. */
export interface Certifier {
  readonly client: Client;
  /** Begins a certification, and gives its id. */
  readonly certify: (mode: 'quick' | 'full') => Promise<string>;
  /** The result of one that has succeeded, once it has. */
  readonly resultOf: (id: string, withinMs?: number) => Promise<ReturnType<typeof certificationResult.parse>>;
}

export async function certifierOf(url: string, issuer: Issuer): Promise<Certifier> {
  const client = clientOf(url, await issuer.token(TENANT, { roles: ['tenant_admin'] }));
  return {
    client,
    certify: async (mode) => {
      const { status, body } = await client.post(PATH, { mode });
      expect([status, body.endpoint, body.status]).toEqual([202, 'onboarding-certify', 'queued']);
      return String(body.operation_id);
    },
    resultOf: async (id, withinMs) => {
      const { body } = await client.finished(id, withinMs);
      expect(operationView.parse(body)).toMatchObject({
        status: 'succeeded',
        endpoint: 'onboarding-certify',
      });
      return certificationResult.parse(body.result);
    },
  };
}

interface Served {
  readonly url: string;
  readonly issuer: Issuer;
}

/** By the offline engine, where there is one worker. */
export const certifiesByRules = (served: () => Served): void =>
  it('certifies with one worker, whose work the tenant can read; one at a time; with a key as often as one likes', async () => {
    const { url, issuer } = served();
    const { client, resultOf } = await certifierOf(url, issuer);
    const viewer = clientOf(url, await issuer.token(TENANT, { roles: ['tenant_viewer'] }));
    expect((await viewer.post(PATH, { mode: 'quick' })).status).toBe(403);

    const key = { 'idempotency-key': randomUUID() };
    const race = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        client.post(PATH, { mode: 'full' }, n < 10 ? {} : { 'idempotency-key': `key-${n}` }),
      ),
    );
    expect(race.map(({ status }) => status).toSorted()).toEqual([202, ...Array(19).fill(409)]);
    expect(new Set(race.map(({ body }) => body.code))).toEqual(new Set([undefined, 'certification-running']));
    const id = String(race.find(({ status }) => status === 202)?.body.operation_id);

    const { mode, passed, checks } = await resultOf(id);
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
    expect((await resultOf(first.body.operation_id)).checks).toHaveLength(1);
    const again = await client.post(PATH, { mode: 'quick' }, key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(again.body.operation_id).toBe(first.body.operation_id);
    expect((await client.post(PATH, { mode: 'full' }, key)).status).toBe(422);
  });

/** By a model that refuses one text and is slow with the other, where there is one worker. */
export const certifiesByOddModel = (served: () => Served & { readonly gemini: GeminiStandIn }): void =>
  it('tells by a certification why it refused, and that it took its time, with one worker', async () => {
    const { url, issuer, gemini } = served();
    gemini.respondWith((call, index) =>
      isCheckedProofread(call) ? { response: promptBlocked() } : { ...sound(call, index), delayMs: 1500 },
    );
    const { certify, resultOf } = await certifierOf(url, issuer);
    const { passed, checks } = await resultOf(await certify('full'));
    expect(passed).toBe(false);
    expect(checks).toMatchObject([
      { passed: false, detail: expect.stringContaining('provider-request-rejected') },
      { passed: true },
    ]);
    expect(checks[1]?.latency_ms).toBeGreaterThanOrEqual(1500);
  });

/** By a model that can answer two at once. */
export const certifiesUntilCancelled = (served: () => Served & { readonly gemini: GeminiStandIn }): void =>
  it('takes the checks of a certification with it when that is cancelled', async () => {
    const { url, issuer, gemini } = served();
    const { client, certify, resultOf } = await certifierOf(url, issuer);
    gemini.respondWith(() => ({ hang: true }));
    const before = gemini.calls.length;
    const id = await certify('full');
    while (gemini.calls.length < before + 2) await sleep(20);
    const { status, body } = await client.post(`/v1/operations/${id}/cancel`);
    expect([status, body.status]).toEqual([200, 'cancelled']);
    await Promise.all([gemini.hungUp(before), gemini.hungUp(before + 1)]);
    const { operations } = (await client.get('/v1/operations')).body;
    expect(operations.map((operation: { status: string }) => operation.status)).toEqual(
      Array(3).fill('cancelled'),
    );
    gemini.respondWith(sound);
    expect(await resultOf(await certify('quick'))).toMatchObject({ passed: true });
  });

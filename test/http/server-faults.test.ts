import { describe, expect, it } from 'vitest';
import { ProviderRejected, ProviderUnavailable } from '../../shared/operations/kind.ts';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { idOf } from '../contract/records.ts';
import { exchange, type Request } from '../support/exchange.ts';
import { bearer, GOOD, get, JSON_TYPE, post, postJson, served, type Where } from './serving.ts';

describe('a fault of the server', () => {
  const unforeseen = (asked: Request, where: Where = 'submit') =>
    exchange(served.origins[where], asked).then((answer) => {
      expect(answer.text).not.toMatch(/secret|<html|\bat .*\.[jt]s:/i);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json.request_id).toBe(answer.headers['x-request-id']);
      return answer;
    });
  const asked = (): Request => ({
    target: '/v1/proofread',
    body: JSON.stringify(GOOD),
    headers: { ...JSON_TYPE, ...bearer },
  });

  it('anything unforeseen is a bland 500, and logged whole', async () => {
    served.provider.script = () => Promise.reject(new TypeError('secret internals'));
    const answer = await unforeseen(asked());
    expect([answer.status, answer.json.code]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(served.logged)).toContain('secret internals');
  });

  it('a fault that is replayed is logged once, when it happened', async () => {
    served.provider.script = () => Promise.reject(new TypeError('a fault to be replayed'));
    const headers = { ...JSON_TYPE, ...bearer, 'Idempotency-Key': 'replayed-fault' };
    const faults = () => served.logged.filter(({ severity }) => severity === 'ERROR').length;
    const before = faults();
    const first = await unforeseen({ ...asked(), headers });
    expect(faults()).toBeGreaterThan(before);
    const after = faults();
    for (let again = 0; again < 3; again += 1) {
      const answer = await unforeseen({ ...asked(), headers });
      expect([answer.status, answer.json.code, answer.headers['idempotent-replayed']]).toEqual([
        first.status,
        'internal-error',
        'true',
      ]);
      const line = { message: 'request', request_id: answer.json.request_id, status: 500, replayed: true };
      expect(served.logged).toContainEqual(expect.objectContaining(line));
    }
    expect(faults()).toBe(after);
  });

  it('a refusal of the provider is 502', async () => {
    served.provider.script = () =>
      Promise.reject(new ProviderRejected('provider-request-rejected', 'The model refused the text.'));
    const answer = await unforeseen(asked());
    expect([answer.status, answer.json.code]).toEqual([502, 'provider-request-rejected']);
  });

  it('a provider that is away is no error at all', async () => {
    served.provider.script = () => Promise.reject(new ProviderUnavailable('secret upstream'));
    const answer = await exchange(served.origins.submit, asked());
    expect(answer.status).toBe(202);
    expect(answer.text).not.toContain('secret');
  });

  it('a store that is away is 503 with Retry-After', async () => {
    const away = () => Promise.reject(new StoreUnavailable('secret path'));
    served.interpose(() => ({ create: away, read: away, list: away, ping: away }));
    const { Authorization } = await served.queueBearer();
    const answers = [
      await unforeseen(asked()),
      await unforeseen({ target: `/v1/operations/${idOf('x')}`, headers: bearer }, 'operations'),
      await unforeseen({ target: '/v1/operations', headers: bearer }, 'operations'),
      await unforeseen({ target: '/v1/ready' }, 'operations'),
      await unforeseen(
        {
          target: '/tasks/run',
          body: JSON.stringify({ operation_id: idOf('x') }),
          headers: { ...JSON_TYPE, Authorization },
        },
        'worker',
      ),
    ];
    for (const { status, json, headers } of answers) {
      expect([status, json.code]).toEqual([503, 'store-unavailable']);
      expect(headers['retry-after']).toMatch(/^\d+$/);
    }
    expect((await get('/v1/health')).status).toBe(200);
  });
});

describe('the log', () => {
  it('has one line per request, and neither texts nor tokens', async () => {
    served.logged.length = 0;
    await postJson({ text: 'மறைபொருள் உரை' }, { 'X-Request-Id': 'logged-1' });
    await post('{"text":"மறைபொருள்', {});
    const lines = served.logged.filter(({ message }) => message === 'request');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      request_id: 'logged-1',
      tenant_id: 'school-1',
      endpoint: 'proofread',
      operation_id: expect.any(String),
      outcome: 'ok',
      status: 200,
      duration_ms: expect.any(Number),
    });
    expect(lines[1]).toMatchObject({ outcome: 'refused', status: 400, code: 'malformed-json' });
    const all = JSON.stringify(served.logged);
    expect(all).not.toContain('மறைபொருள்');
    expect(all).not.toContain(bearer.Authorization.slice(-40));
  });
});

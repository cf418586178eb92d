import { describe, expect, it } from 'vitest';
import { ProviderRejected, ProviderUnavailable, type WorkContext } from '../../shared/operations/kind.ts';
import { createFallbackProvider } from '../../shared/providers/fallback.ts';
import type { Analysed, Analysis, Provider } from '../../shared/providers/port.ts';

const request = { analysis: 'proofread', text: 'உரை', language: 'ta' } as const;
const signal = new AbortController().signal;

const LAST = { triesAgainAfter: () => false };

const answering = (name: string): Provider => ({
  name,
  analyse: async <A extends Analysis>() =>
    ({ findings: { issues: [] }, provider: name, model: 'm' }) as unknown as Analysed<A>,
});
const failing = (error: unknown): Provider => ({ name: 'gemini', analyse: () => Promise.reject(error) });

const answeredBy = async (primary: Provider, context: Partial<WorkContext> = {}) =>
  (await createFallbackProvider(primary, answering('rules')).analyse(request, { signal, ...context }))
    .provider;

describe('the fallback', () => {
  it('is not asked while the first answers', async () => {
    expect(await answeredBy(answering('gemini'), LAST)).toBe('gemini');
  });

  it('answers, and says so, for one that is unavailable and not tried again', async () => {
    expect(await answeredBy(failing(new ProviderUnavailable('busy')), LAST)).toBe('rules');
  });

  it('leaves earlier attempts to be tried again', async () => {
    const busy = new ProviderUnavailable('busy');
    await expect(answeredBy(failing(busy))).rejects.toBe(busy);
    await expect(answeredBy(failing(busy), { triesAgainAfter: () => true })).rejects.toBe(busy);
  });

  it('is chosen by the fault: by how long the first asks to be left alone', async () => {
    const asking = (retryAfterMs: number) => failing(new ProviderUnavailable('busy', { retryAfterMs }));
    const context = { triesAgainAfter: (fault: ProviderUnavailable) => (fault.retryAfterMs ?? 0) < 1000 };
    expect(await answeredBy(asking(1000), context)).toBe('rules');
    await expect(answeredBy(asking(999), context)).rejects.toThrow('busy');
  });

  it.each(['provider-config-missing', 'provider-error'] as const)('answers at once for %s', async (code) => {
    expect(await answeredBy(failing(new ProviderRejected(code, 'no')))).toBe('rules');
  });

  it('does not answer what was refused, or was aborted, or broke', async () => {
    for (const error of [
      new ProviderRejected('provider-request-rejected', 'no'),
      new Error('defect'),
      'cancelled',
    ])
      await expect(answeredBy(failing(error), LAST)).rejects.toBe(error);
    const aborted = { signal: AbortSignal.abort('over'), ...LAST };
    await expect(answeredBy(failing(new ProviderUnavailable('busy')), aborted)).rejects.toBe('over');
  });
});

import { ProviderRejected, ProviderUnavailable, type WorkContext } from '../operations/kind.ts';
import type { Analysed, Analysis, AnalysisRequest, Provider } from './port.ts';

/**
 * Makes a provider that lets `fallback` answer in three cases: the account of `primary` is at fault, `primary` gave nothing
 * usable within its bound, or it is unavailable and no other attempt follows. If another attempt follows, that tries
 * `primary` again. The answer's `provider` names who gave it. A text that `primary` refuses for its content stays refused.
 */
export function createFallbackProvider(primary: Provider, fallback: Provider): Provider {
  return {
    name: primary.name,
    async analyse<A extends Analysis>(
      request: AnalysisRequest<A>,
      context: WorkContext,
    ): Promise<Analysed<A>> {
      try {
        return await primary.analyse(request, context);
      } catch (error) {
        if (!mayFallBack(error, context)) throw error;
        context.signal.throwIfAborted();
        return await fallback.analyse(request, context);
      }
    },
  };
}

const mayFallBack = (error: unknown, { triesAgainAfter }: WorkContext): boolean =>
  (error instanceof ProviderUnavailable && triesAgainAfter?.(error) === false) ||
  (error instanceof ProviderRejected && error.code !== 'provider-request-rejected');

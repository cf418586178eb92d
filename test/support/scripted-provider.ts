import type { WorkContext } from '../../shared/operations/kind.ts';
import type { Analysed, Analysis, AnalysisRequest, Findings, Provider } from '../../shared/providers/port.ts';

/** What a call does: it answers with findings, or throws, or waits for its signal. */
export type Script = (call: Call) => Findings[Analysis] | Promise<Findings[Analysis]>;

export interface Call {
  readonly request: AnalysisRequest;
  readonly context: WorkContext;
  /** 0 for the first call of this provider. */
  readonly index: number;
  /** Set when the call has ended, however it did. */
  ended: boolean;
}

export interface ScriptedProvider extends Provider {
  readonly calls: Call[];
  script: Script;
  /** Resolves when the `n`th call has been made. */
  called(n: number): Promise<Call>;
}

export const nothingFound: Script = ({ request }) =>
  request.analysis === 'proofread'
    ? { issues: [] }
    : {
        summary: 'நன்று',
        topFixes: [],
        sections: { structure: SECTION, clarity: SECTION, facts: SECTION, citations: SECTION },
        safetyFlags: [],
      };

const SECTION = { title: 'பகுதி', summary: 'நன்று', items: [] };

/** Never answers; rejects when it is aborted, as the port asks. */
export const hangs: Script = ({ context: { signal } }) =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A provider that does what the test says, and remembers each call. */
export function createScriptedProvider(script: Script = nothingFound): ScriptedProvider {
  const waiting: { n: number; resolve: (call: Call) => void }[] = [];
  const provider: ScriptedProvider = {
    name: 'scripted',
    calls: [],
    script,
    called: (n) =>
      new Promise((resolve) => {
        const made = provider.calls[n - 1];
        if (made === undefined) waiting.push({ n, resolve });
        else resolve(made);
      }),
    analyse: async <A extends Analysis>(request: AnalysisRequest<A>, context: WorkContext) => {
      const call: Call = { request, context, index: provider.calls.length, ended: false };
      provider.calls.push(call);
      for (const { n, resolve } of waiting) if (provider.calls.length >= n) resolve(call);
      try {
        const findings = (await provider.script(call)) as Findings[A];
        return { findings, provider: 'scripted', model: 'm-1' } satisfies Analysed<A>;
      } finally {
        call.ended = true;
      }
    },
  };
  return provider;
}

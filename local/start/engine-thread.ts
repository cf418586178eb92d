import { parentPort } from 'node:worker_threads';
import { findByRules } from '../../shared/providers/engine.ts';
import type { Analysis, AnalysisRequest, Findings } from '../../shared/providers/port.ts';

/** What a thread of the engine says of the text that it was given. */
export type Found = { readonly findings: Findings[Analysis] } | { readonly error: unknown };

parentPort?.on('message', (request: AnalysisRequest) => parentPort?.postMessage(found(request)));

function found(request: AnalysisRequest): Found {
  try {
    return { findings: findByRules(request) };
  } catch (error) {
    return { error };
  }
}

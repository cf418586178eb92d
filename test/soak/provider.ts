import {
  type GeminiBehaviour,
  type GeminiCall,
  type GeminiStandIn,
  sound,
  startGeminiStandIn,
} from '../support/gemini-stand-in.ts';
import { marker, markersIn } from './history.ts';
import type { Behaviour, Fault, Plan } from './plan.ts';

export interface PlannedProvider extends AsyncDisposable {
  readonly url: string;
  /** Calls by index in the plan, -1 for none, without those that only ask for a repair of the answer before. */
  readonly calls: ReadonlyMap<number, number>;
  /** Those of these that went wrong. */
  readonly faults: ReadonlyMap<number, readonly Fault[]>;
  /** How often each behaviour was shown. */
  readonly shown: Readonly<Record<Behaviour, number>>;
}

const REPAIR = 'An earlier answer could not be used';

/** The stand-in for Gemini, which treats each operation's calls as the plan says, and counts them. */
export async function startPlannedProvider(plan: Plan): Promise<PlannedProvider> {
  const gemini: GeminiStandIn = await startGeminiStandIn({ remember: false });
  const calls = new Map<number, number>();
  const faults = new Map<number, Fault[]>();
  const shown = { sound: 0, '429': 0, '500': 0, hang: 0, garbage: 0, reset: 0 };
  gemini.respondWith((call, count) => {
    const [index = -1] = markersIn(call.parts.join('\n'));
    const isRepair = call.parts.some((part) => part.startsWith(REPAIR));
    const before = calls.get(index) ?? 0;
    const behaviour = plan.operations[index]?.provider[isRepair ? before - 1 : before] ?? 'sound';
    shown[behaviour] += 1;
    if (!isRepair) {
      calls.set(index, before + 1);
      if (behaviour !== 'sound') faults.set(index, [...(faults.get(index) ?? []), behaviour]);
    }
    return behaviour === 'sound' ? { ...signed(call, index), delayMs: count % 20 } : FAULTS[behaviour];
  });
  return { url: gemini.url, calls, faults, shown, [Symbol.asyncDispose]: () => gemini.close() };
}

const FAULTS: Readonly<Record<Fault, GeminiBehaviour>> = {
  '429': { error: 429, retryDelay: '0.2s' },
  '500': { error: 500 },
  hang: { hang: true },
  garbage: { answer: 'மன்னிக்கவும், {' },
  reset: { reset: true },
};

/** A sound answer that says which operation of the plan it is for, so that a result can be told from another's. */
function signed(call: GeminiCall, index: number): GeminiBehaviour {
  const { answer } = sound(call, 0) as { answer: object };
  const words = `${marker(index)} நன்று.`;
  if ('summary' in answer) return { answer: { ...answer, summary: words } };
  const issue = { excerpt: 'வந்தான்', before: '', suggestion: 'வந்தார்', type: 'style', severity: 'low' };
  return { answer: { issues: [{ ...issue, message: words }] } };
}

import {
  type GeminiBehaviour,
  type GeminiCall,
  type GeminiStandIn,
  sound,
  startGeminiStandIn,
} from '../support/gemini-stand-in.ts';
import type { Behaviour, Plan } from './plan.ts';

export interface PlannedProvider extends AsyncDisposable {
  readonly url: string;
  /** Calls by index in the plan, without those that only ask for a repair of the answer before. */
  readonly calls: ReadonlyMap<number, number>;
  /** How often each behaviour was shown. */
  readonly shown: Readonly<Record<Behaviour, number>>;
}

const MARKER = /#(\d+)#/;
const REPAIR = 'An earlier answer could not be used';

/** The stand-in for Gemini, which treats each operation's calls as the plan says, and counts them. */
export async function startPlannedProvider(plan: Plan): Promise<PlannedProvider> {
  const gemini: GeminiStandIn = await startGeminiStandIn({ remember: false });
  const calls = new Map<number, number>();
  const shown = { sound: 0, '429': 0, '500': 0, hang: 0, garbage: 0, reset: 0 };
  gemini.respondWith((call, index) => {
    const operation = Number(MARKER.exec(call.parts.join('\n'))?.[1] ?? -1);
    const repair = call.parts.some((part) => part.startsWith(REPAIR));
    const before = calls.get(operation) ?? 0;
    if (!repair) calls.set(operation, before + 1);
    const behaviour = plan.operations[operation]?.provider[repair ? before - 1 : before] ?? 'sound';
    shown[behaviour] += 1;
    return answer(behaviour, call, index);
  });
  return { url: gemini.url, calls, shown, [Symbol.asyncDispose]: () => gemini.close() };
}

function answer(behaviour: Behaviour, call: GeminiCall, index: number): GeminiBehaviour {
  switch (behaviour) {
    case 'sound':
      return { ...sound(call, index), delayMs: index % 20 };
    case '429':
      return { error: 429, retryDelay: '0.2s' };
    case '500':
      return { error: 500 };
    case 'hang':
      return { hang: true };
    case 'garbage':
      return { answer: 'மன்னிக்கவும், {' };
    case 'reset':
      return { reset: true };
  }
}

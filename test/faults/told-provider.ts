import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GeminiBehaviour,
  type GeminiCall,
  sound,
  startGeminiStandIn,
} from '../support/gemini-stand-in.ts';

/** What a text's nth call of the provider is answered; the first is 0. `undefined`: a sound answer. */
export type Telling = (
  n: number,
) => GeminiBehaviour | undefined | Promise<GeminiBehaviour | undefined | undefined>;

/** A text of its own, and what the provider saw of it. */
export interface Told {
  readonly text: string;
  readonly calls: readonly GeminiCall[];
  /** Resolves once it was asked about so many times. */
  readonly called: (times: number) => Promise<void>;
}

/** Its first calls wait until they are let go, and are then answered as was told. */
export interface Held extends Told {
  readonly letGo: () => void;
}

/** The stand-in for Gemini, told for each text apart what to answer. It knows the texts again by their numbers. */
export interface ToldProvider extends AsyncDisposable {
  readonly url: string;
  readonly tell: (telling?: Telling) => Told;
  /** Holds so many calls, one if not told; those after them are answered at once and soundly. */
  readonly hold: (options?: { readonly times?: number; readonly late?: GeminiBehaviour }) => Held;
}

const NUMBER = /அவன் (\d+) முறை/;

export async function startToldProvider(): Promise<ToldProvider> {
  const gemini = await startGeminiStandIn({ remember: false });
  const told: { readonly telling: Telling; readonly calls: GeminiCall[] }[] = [];
  gemini.respondWith(async (call, index) => {
    const known = told[Number(NUMBER.exec(call.parts.join('\n'))?.[1] ?? -1)];
    const telling = known?.telling((known.calls.push(call) ?? 0) - 1);
    return (await telling) ?? sound(call, index);
  });
  const tell = (telling: Telling = () => undefined): Told => {
    const calls: GeminiCall[] = [];
    const text = `அவன் ${told.length} முறை வந்தான்.`;
    told.push({ telling, calls });
    return {
      text,
      calls,
      called: (times) => until(() => calls.length >= times, `${text} ${calls.length} of ${times} calls`),
    };
  };
  return {
    url: gemini.url,
    tell,
    hold: ({ times = 1, late } = {}) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const holding = tell((n) => (n < times ? promise.then(() => late) : undefined));
      return { ...holding, letGo: () => resolve(undefined) };
    },
    [Symbol.asyncDispose]: () => gemini.close(),
  };
}

/** Resolves when it holds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 20_000,
): Promise<void> {
  for (const end = Date.now() + withinMs; !(await holds()); await sleep(10)) {
    if (Date.now() > end) throw new Error(`it never came to that: ${what}`);
  }
}

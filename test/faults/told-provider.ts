import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GeminiBehaviour,
  type GeminiCall,
  sound,
  startGeminiStandIn,
} from '../support/gemini-stand-in.ts';

/** What a text's nth call of the provider is answered; the first is 0. `undefined`: a sound answer. */
export type Telling = (n: number) => GeminiBehaviour | undefined | Promise<GeminiBehaviour | undefined>;

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
  /** All texts so far are answered soundly from here on, also what hangs: a test that failed leaves nothing behind. */
  readonly release: () => void;
}

const NUMBER = /அவன் (\d+) முறை/;

export async function startToldProvider(): Promise<ToldProvider> {
  const gemini = await startGeminiStandIn({ remember: false });
  const told: { readonly telling: Telling; readonly calls: GeminiCall[] }[] = [];
  let released = Promise.withResolvers<undefined>();
  let releasedBefore = 0;
  gemini.respondWith(async (call, index) => {
    const text = Number(NUMBER.exec(call.parts.join('\n'))?.[1] ?? -1);
    const known = told[text];
    const n = (known?.calls.push(call) ?? 0) - 1;
    if (known === undefined || text < releasedBefore) return sound(call, index);
    const { promise } = released;
    const shown = (await Promise.race([known.telling(n), promise])) ?? sound(call, index);
    return 'hang' in shown ? ((await promise) ?? sound(call, index)) : shown;
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
    release: () => {
      releasedBefore = told.length;
      released.resolve(undefined);
      released = Promise.withResolvers();
    },
    [Symbol.asyncDispose]: () => gemini.close(),
  };
}

/** Resolves when it holds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  for (const end = Date.now() + withinMs; !(await holds()); await sleep(10)) {
    if (Date.now() > end) throw new Error(`it never came to that: ${what}`);
  }
}

import { marker } from './history.ts';

export type Fault = '429' | '500' | 'hang' | 'garbage' | 'reset';
/** What the provider does with a call: it answers, or one of its faults. */
export type Behaviour = 'sound' | Fault;

export interface PlannedOperation {
  readonly index: number;
  readonly tenant: string;
  readonly endpoint: 'proofread' | 'essay-critique';
  /** Holds `marker`, by which the provider knows whose call it is. */
  readonly text: string;
  readonly key: string | undefined;
  readonly prefer: string | undefined;
  /** Requests made at once. More than one only with a key. */
  readonly copies: number;
  /** With the key, a request with another text is made beside them. */
  readonly otherBody: boolean;
  /** The client hangs up on its first request after this long. */
  readonly hangsUpAfterMs: number | undefined;
  readonly cancelsAfterMs: number | undefined;
  /** Another tenant tries to read it and to cancel it. */
  readonly intruder: boolean;
  /** Lists operations beside it: pages of this size, perhaps of one endpoint or state only. */
  readonly lists: PlannedList | undefined;
  /** Of the first calls to the provider; every later one is sound. */
  readonly provider: readonly Behaviour[];
}

export interface PlannedList {
  readonly size: number;
  readonly endpoint?: string;
  readonly status?: string;
}

export interface Plan {
  readonly operations: readonly PlannedOperation[];
  /** After how many begun operations something is killed; `chance` (0 to 1) chooses what. */
  readonly kills: readonly { readonly after: number; readonly chance: number }[];
}

export interface PlanOptions {
  readonly operations: number;
  readonly seed: number;
  /** Share of provider calls and of answers that go wrong. */
  readonly faults: number;
}

const TENANTS = 5;
const FAULTS: readonly Fault[] = ['429', '500', 'hang', 'garbage', 'reset'];
const PREFERENCES = [
  undefined,
  undefined,
  'respond-async',
  'respond-async',
  'respond-async, wait=1',
  'wait=1',
];
/** Past the synchronous threshold of 1200. */
const LONG = 1300;
/** At 5 % faults something is killed after every 500 operations. */
const KILLS_PER_FAULT = 1 / 25;

/** The same options make the same plan, whatever the service does. */
export function makePlan({ operations, seed, faults }: PlanOptions): Plan {
  const random = generator(seed);
  const happens = (share: number) => random() < share;
  const below = (n: number) => Math.floor(random() * n);
  const list = (): PlannedList => ({
    size: 1 + below(100),
    ...(happens(0.3) && { endpoint: 'proofread' }),
    ...(happens(0.3) && { status: happens(0.5) ? 'succeeded' : 'cancelled' }),
  });
  const planned = Array.from({ length: operations }, (_, index): PlannedOperation => {
    const keyed = happens(0.5);
    const short = `அவன் ${marker(index)} முறை வந்தான்.`;
    return {
      index,
      tenant: `school-${below(TENANTS)}`,
      endpoint: happens(0.7) ? 'proofread' : 'essay-critique',
      text: happens(0.2) ? `${short} ${'அவள் வந்தாள். '.repeat(LONG / 14)}முடிவு.` : short,
      key: keyed ? `key-${seed}-${index}` : undefined,
      prefer: PREFERENCES[below(PREFERENCES.length)],
      copies: keyed && happens(0.3) ? 2 + below(4) : 1,
      otherBody: keyed && happens(0.1),
      hangsUpAfterMs: happens(faults) ? below(60) : undefined,
      cancelsAfterMs: happens(0.1) ? below(80) : undefined,
      intruder: happens(0.1),
      lists: happens(0.05) ? list() : undefined,
      provider: [0, 1, 2].map(() => (happens(faults) ? (FAULTS[below(FAULTS.length)] ?? 'sound') : 'sound')),
    };
  });
  const count = Math.round(operations * faults * KILLS_PER_FAULT);
  const kills = Array.from({ length: count }, (_, n) => ({
    after: Math.round(((n + 0.25 + random() / 2) * operations) / count),
    chance: random(),
  }));
  return { operations: planned, kills };
}

/** Mulberry32: numbers from 0 to 1 that the seed determines. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

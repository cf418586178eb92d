import { CallFault, verdict } from '../../../shared/providers/gemini/faults.ts';
import { createRateQuota, type RateQuota } from '../../../shared/quota/rate.ts';
import type { Agenda } from './agenda.ts';
import { type Duration, drawn, type Random } from './random.ts';

export interface ProviderSettings {
  /** Of an answer. */
  readonly latency: Duration;
  /** Of a refusal. */
  readonly faultMs: number;
  /** Models that are asked one after the other until one answers. */
  readonly models: number;
  /** Of each model. Beyond it calls are answered 429. */
  readonly callsPerMinute: number;
  /** Share of the calls that are answered 429 whatever their rate. */
  readonly throttledShare: number;
  /** Of each operation, in order of arrival, so many first attempts are answered 429 by every model. Absent: none. */
  readonly refusals?: readonly number[];
  /** Share of the calls that are answered 503. */
  readonly failingShare: number;
  /** What a 429 asks for in its `RetryInfo`; absent: nothing. */
  readonly retryAfterMs?: number | undefined;
  /** When every call is answered 503: from, until. */
  readonly outages: readonly (readonly [number, number])[];
}

/** Whose text the models are asked about. */
export interface Asking {
  /** By order of arrival, from 0. */
  readonly operation: number;
  /** 1 is the first. */
  readonly attempt: number;
}

export type Analysed = 'answered' | ReturnType<typeof verdict>;

/** The language models. What follows from their faults is decided by the code that decides it in the service. */
export class ProviderModel {
  readonly #agenda: Agenda;
  readonly #settings: ProviderSettings;
  readonly #random: Random;
  readonly #quotas: readonly RateQuota[];
  /** Made once, because an error costs more than all else that a call does here. */
  readonly #throttled: CallFault;
  calls = 0;
  answered = 0;
  underWay = 0;
  mostUnderWay = 0;

  constructor(agenda: Agenda, settings: ProviderSettings, random: Random) {
    this.#agenda = agenda;
    this.#settings = settings;
    this.#random = random;
    this.#throttled = new CallFault('throttled', '429', { retryAfterMs: settings.retryAfterMs });
    this.#quotas = Array.from({ length: settings.models }, () => createRateQuota(settings.callsPerMinute));
  }

  analyse(asking: Asking, then: (analysed: Analysed) => void): void {
    this.#ask(asking, 0, [], then);
  }

  #ask(
    asking: Asking,
    model: number,
    faults: readonly CallFault[],
    then: (analysed: Analysed) => void,
  ): void {
    const fault = this.#faultOf(asking, model);
    const { latency, faultMs } = this.#settings;
    this.calls += 1;
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    this.#agenda.after(fault === undefined ? drawn(latency, this.#random) : faultMs, () => {
      this.underWay -= 1;
      if (fault === undefined) {
        this.answered += 1;
        then('answered');
        return;
      }
      const all = [...faults, fault];
      if (model + 1 < this.#settings.models) this.#ask(asking, model + 1, all, then);
      else then(verdict(all));
    });
  }

  #faultOf({ operation, attempt }: Asking, model: number): CallFault | undefined {
    const { outages, refusals, throttledShare, failingShare, callsPerMinute } = this.#settings;
    const { now } = this.#agenda;
    if (outages.some(([from, until]) => now >= from && now < until)) return UNREACHABLE;
    if (attempt <= (refusals?.[operation] ?? 0)) return this.#throttled;
    const luck = this.#random();
    if (luck < throttledShare) return this.#throttled;
    if (luck < throttledShare + failingShare) return UNREACHABLE;
    if (callsPerMinute === Number.POSITIVE_INFINITY) return undefined;
    return this.#quotas[model]?.charge('', now).allowed === false ? this.#throttled : undefined;
  }
}

const UNREACHABLE = new CallFault('unreachable', '503');

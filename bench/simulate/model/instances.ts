import type { Agenda } from './agenda.ts';

export interface InstanceSettings {
  /** Requests at once in one instance. */
  readonly concurrency: number;
  readonly min: number;
  readonly max: number;
  readonly coldStartMs: number;
  /** An instance that is not needed is kept idle for so long. */
  readonly idleMs: number;
}

/** A request in an instance. */
export interface Place {
  /** Takes so much of the instance's one processor, after those that came before, and then goes on. */
  compute(ms: number, then: () => void): void;
  leave(): void;
}

interface Waiting {
  readonly since: number;
  readonly enter: (place: Place) => void;
  readonly refuse: () => void;
}

class Instance {
  inUse = 0;
  readyAt = 0;
  idleSince = 0;
  busySince = 0;
  /** When its processor has done what it was given. */
  freeAt = 0;
}

/** The share of its concurrency, or of its processor, up to which Cloud Run fills an instance. */
const TARGET = 0.6;
const EVALUATE_EVERY_MS = 5000;
const WINDOW = 12;

/**
 * The instances of one Cloud Run service. A request goes to the emptiest instance that has a place. If there is none it waits,
 * and instances start for those that wait. Every 5 s the number is brought to what the last minute needs at 60% of the
 * concurrency and of the processors. A request that waits for longer than 10 s, or 3.5 starts, is refused with 429.
 * Source: https://cloud.google.com/run/docs/about-instance-autoscaling
 */
export class InstancesModel {
  readonly #agenda: Agenda;
  readonly #settings: InstanceSettings;
  readonly #instances: Instance[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #samples: { readonly inUse: number; readonly computed: number }[] = [];
  #inUse = 0;
  #computedMs = 0;
  #billedMs = 0;
  started = 0;
  refused = 0;
  most = 0;

  constructor(agenda: Agenda, settings: InstanceSettings) {
    this.#agenda = agenda;
    this.#settings = settings;
    for (let n = 0; n < settings.min; n += 1) this.#start(0);
    agenda.after(EVALUATE_EVERY_MS, () => this.#evaluate());
  }

  get count(): number {
    return this.#instances.length;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** Most requests that any instance has at this moment. */
  get fullest(): number {
    return this.#instances.reduce((most, { inUse }) => Math.max(most, inUse), 0);
  }

  /** Processor time used by requests so far. */
  get computedMs(): number {
    return this.#computedMs;
  }

  /** Time of instances that is billed so far: while they start, and while they have a request. */
  get billedMs(): number {
    const { now } = this.#agenda;
    return this.#instances.reduce(
      (sum, { inUse, busySince }) => sum + (inUse > 0 ? now - busySince : 0),
      this.#billedMs,
    );
  }

  request(enter: (place: Place) => void, refuse: () => void): void {
    const instance = this.#emptiest();
    if (instance !== undefined) {
      this.#enter(instance, enter);
      return;
    }
    const limitMs = Math.max(10_000, 3.5 * this.#settings.coldStartMs);
    this.#waiting.push({ since: this.#agenda.now, enter, refuse });
    this.#startForWaiting();
    this.#agenda.after(limitMs, () => this.#refuseLate(limitMs));
  }

  #emptiest(): Instance | undefined {
    const { now } = this.#agenda;
    let best: Instance | undefined;
    for (const instance of this.#instances) {
      if (instance.readyAt > now || instance.inUse >= this.#settings.concurrency) continue;
      if (best === undefined || instance.inUse < best.inUse) best = instance;
      if (best.inUse === 0) break;
    }
    return best;
  }

  #enter(instance: Instance, enter: (place: Place) => void): void {
    if (instance.inUse === 0) instance.busySince = this.#agenda.now;
    instance.inUse += 1;
    this.#inUse += 1;
    enter({
      compute: (ms, then) => {
        this.#computedMs += ms;
        instance.freeAt = Math.max(instance.freeAt, this.#agenda.now) + ms;
        this.#agenda.at(instance.freeAt, then);
      },
      leave: () => this.#leave(instance),
    });
  }

  #leave(instance: Instance): void {
    instance.inUse -= 1;
    this.#inUse -= 1;
    if (instance.inUse === 0) {
      this.#billedMs += this.#agenda.now - instance.busySince;
      instance.idleSince = this.#agenda.now;
    }
    this.#admit();
  }

  #admit(): void {
    while (this.#waiting.length > 0) {
      const instance = this.#emptiest();
      if (instance === undefined) return;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#enter(instance, next.enter);
    }
  }

  #refuseLate(limitMs: number): void {
    const isLate = (waiting: Waiting | undefined): waiting is Waiting =>
      waiting !== undefined && this.#agenda.now >= waiting.since + limitMs;
    for (let [first] = this.#waiting; isLate(first); [first] = this.#waiting) {
      this.#waiting.shift();
      this.refused += 1;
      first.refuse();
    }
  }

  #startForWaiting(): void {
    const { now } = this.#agenda;
    const { concurrency, coldStartMs } = this.#settings;
    const starting = this.#instances.filter(({ readyAt }) => readyAt > now).length;
    const needed = Math.ceil(this.#waiting.length / concurrency) - starting;
    for (let n = 0; n < needed; n += 1) this.#start(coldStartMs);
  }

  #start(coldStartMs: number): void {
    if (this.#instances.length >= this.#settings.max) return;
    const instance = new Instance();
    instance.readyAt = this.#agenda.now + coldStartMs;
    instance.idleSince = instance.readyAt;
    this.#instances.push(instance);
    this.most = Math.max(this.most, this.#instances.length);
    this.started += 1;
    this.#billedMs += coldStartMs;
    this.#agenda.after(coldStartMs, () => this.#admit());
  }

  #evaluate(): void {
    const { now } = this.#agenda;
    const { concurrency, min, idleMs, coldStartMs } = this.#settings;
    this.#samples.push({ inUse: this.#inUse, computed: this.#computedMs });
    if (this.#samples.length > WINDOW) this.#samples.shift();
    const inUse = this.#samples.reduce((sum, sample) => sum + sample.inUse, 0) / this.#samples.length;
    const passedMs = (this.#samples.length - 1) * EVALUATE_EVERY_MS;
    const computed = this.#computedMs - (this.#samples[0]?.computed ?? 0);
    const processors = passedMs === 0 ? 0 : computed / passedMs;
    const needed = Math.max(min, Math.ceil(Math.max(inUse / concurrency, processors) / TARGET));
    for (let n = this.#instances.length; n < needed; n += 1) this.#start(coldStartMs);
    for (let at = this.#instances.length - 1; at >= 0 && this.#instances.length > needed; at -= 1) {
      const instance = this.#instances[at];
      if (instance?.inUse === 0 && instance.readyAt <= now && now - instance.idleSince >= idleMs)
        this.#instances.splice(at, 1);
    }
    this.#agenda.after(EVALUATE_EVERY_MS, () => this.#evaluate());
  }
}

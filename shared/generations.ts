export interface GenerationsOptions<V> {
  /** The most values that are remembered. */
  readonly most: number;
  /** What all of them may weigh together. The last value of each generation may exceed it. */
  readonly mostWeight?: number;
  readonly weigh?: (value: V) => number;
  /** A value that nobody asks for is kept for so long, and forgotten by the first call after three times as long. */
  readonly lastsMs?: number;
}

/**
 * Remembers values in two generations. One that is full, or as old as `lastsMs`, takes the place of the one before it, which
 * is forgotten as a whole. So of what may be remembered the half that was asked for last is sure to be. To ask again within
 * a generation changes no table.
 */
export class Generations<V> {
  readonly #half: number;
  readonly #halfWeight: number;
  readonly #weigh: (value: V) => number;
  readonly #lastsMs: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #youngWeight = 0;
  #begun = 0;

  constructor(options: GenerationsOptions<V>) {
    const { most, mostWeight = Number.POSITIVE_INFINITY, weigh = () => 0 } = options;
    this.#half = Math.max(1, Math.floor(most / 2));
    this.#halfWeight = mostWeight / 2;
    this.#weigh = weigh;
    this.#lastsMs = options.lastsMs ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** `now` is in milliseconds, on a clock that never goes back. */
  recall(key: string, now = 0): V | undefined {
    if (now - this.#begun >= this.#lastsMs) this.#begin(now);
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const older = this.#old.get(key);
    return older === undefined ? undefined : this.remember(key, older, now);
  }

  /** Takes the place of the value that the key had. */
  remember(key: string, value: V, now = 0): V {
    if (this.#young.size >= this.#half || this.#youngWeight >= this.#halfWeight) this.#begin(now);
    this.#old.delete(key);
    this.#young.set(key, value);
    this.#youngWeight += this.#weigh(value);
    return value;
  }

  forget(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngWeight = 0;
  }

  #begin(now: number): void {
    this.#old = now - this.#begun < 2 * this.#lastsMs ? this.#young : new Map();
    this.#young = new Map();
    this.#youngWeight = 0;
    this.#begun = now;
  }
}

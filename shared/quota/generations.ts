/**
 * Remembers values in two generations. A full one takes the place of the one before it, which is forgotten as a whole: at
 * most `most` values are remembered, and the half of it that was asked for last is sure to be among them. With `lastsMs` a
 * generation also ends at this age: a value that nobody asks for is kept for as long, and forgotten by the first call after
 * three times as long. To ask again within a generation changes no table.
 */
export class Generations<V> {
  readonly #half: number;
  readonly #lastsMs: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #begun = 0;

  constructor(most: number, lastsMs = Number.POSITIVE_INFINITY) {
    this.#half = Math.max(1, Math.floor(most / 2));
    this.#lastsMs = lastsMs;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The value of a key, or what `make` makes for it. `now` is in milliseconds, on a clock that never goes back. */
  get(key: string, now: number, make: () => V): V {
    if (now - this.#begun >= this.#lastsMs) this.#begin(now);
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make();
    if (this.#young.size >= this.#half) this.#begin(now);
    this.#old.delete(key);
    this.#young.set(key, value);
    return value;
  }

  #begin(now: number): void {
    this.#old = now - this.#begun < 2 * this.#lastsMs ? this.#young : new Map();
    this.#young = new Map();
    this.#begun = now;
  }
}

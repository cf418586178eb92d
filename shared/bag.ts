/**
 * What comes and goes with every request, in no order. A `Set` costs more than it looks: after every few changes V8 gives it
 * a new table, and each former table leads to the next. Once one of them is among the old objects, all that follow, and
 * what they held, stay in memory until a full garbage collection.
 */
export class Bag<T> implements Iterable<T> {
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(one: T): void {
    this.#all.push(one);
  }

  /** Takes one out; does nothing if it is not there. */
  delete(one: T): void {
    // What goes soonest has come last.
    const at = this.#all.lastIndexOf(one);
    if (at === -1) return;
    const last = this.#all.pop();
    if (last !== undefined && at < this.#all.length) this.#all[at] = last;
  }

  /** Of all that were there when it began. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#all].values();
  }
}

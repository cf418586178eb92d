import TinyQueue from 'tinyqueue';

interface Entry {
  readonly at: number;
  /** Tells apart what happens at the same time: first come, first served. */
  readonly order: number;
  readonly happen: () => void;
}

const before = (a: Entry, b: Entry): number => a.at - b.at || a.order - b.order;

/** What is to happen, in order of time. Its clock jumps from one event to the next. Times are milliseconds. */
export class Agenda {
  readonly #entries = new TinyQueue<Entry>([], before);
  #now = 0;
  #order = 0;

  get now(): number {
    return this.#now;
  }

  /** Lets something happen `delayMs` from now. */
  after(delayMs: number, happen: () => void): void {
    this.at(this.#now + delayMs, happen);
  }

  /** Lets something happen at a time, or at once if that is past. */
  at(time: number, happen: () => void): void {
    this.#entries.push({ at: Math.max(time, this.#now), order: this.#order, happen });
    this.#order += 1;
  }

  /** Goes on until `until`, or until nothing is left, or until `done` says so. */
  run(until: number, done: () => boolean = () => false): void {
    for (let next = this.#entries.peek(); next !== undefined && next.at <= until && !done(); ) {
      this.#entries.pop();
      this.#now = next.at;
      next.happen();
      next = this.#entries.peek();
    }
  }
}

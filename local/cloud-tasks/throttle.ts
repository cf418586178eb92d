/**
 * How many dispatches a queue may have under way. A worker that throttles stops the queue for a while and halves its
 * concurrency; each acknowledgement gives one back.
 */
export class Throttle {
  readonly #max: number;
  readonly #onRelease: () => void;
  #limit: number;
  #hold: NodeJS.Timeout | undefined;
  /** Throttlings since the last acknowledgement. */
  #count = 0;

  constructor(max: number, onRelease: () => void) {
    this.#max = max;
    this.#limit = max;
    this.#onRelease = onRelease;
  }

  get limit(): number {
    return this.#hold === undefined ? this.#limit : 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Answers of dispatches that began before the queue was stopped change nothing again. */
  slowDown(holdMs: number): void {
    if (this.#hold !== undefined) return;
    this.#count += 1;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#hold = setTimeout(() => {
      this.#hold = undefined;
      this.#onRelease();
    }, holdMs);
  }

  recover(): void {
    this.#count = 0;
    this.#limit = Math.min(this.#max, this.#limit + 1);
  }

  close(): void {
    clearTimeout(this.#hold);
  }
}

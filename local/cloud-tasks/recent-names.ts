export interface RecentNamesOptions {
  readonly ttlMs: number;
  /** The most names. The oldest are forgotten early, so that memory stays bounded. */
  readonly max: number;
  readonly now: () => number;
}

/** Names of finished tasks, remembered for a while: Cloud Tasks refuses a name for about an hour after its task ended. */
export class RecentNames {
  readonly #options: RecentNamesOptions;
  /** In the order in which the tasks ended, oldest first. */
  readonly #endedAt = new Map<string, number>();

  constructor(options: RecentNamesOptions) {
    this.#options = options;
  }

  add(name: string): void {
    this.#endedAt.delete(name);
    this.#endedAt.set(name, this.#options.now());
    this.#forget();
  }

  has(name: string): boolean {
    this.#forget();
    return this.#endedAt.has(name);
  }

  get size(): number {
    return this.#endedAt.size;
  }

  #forget(): void {
    const limit = this.#options.now() - this.#options.ttlMs;
    for (const [name, endedAt] of this.#endedAt) {
      if (endedAt > limit && this.#endedAt.size <= this.#options.max) return;
      this.#endedAt.delete(name);
    }
  }
}

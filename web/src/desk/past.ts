import type { Listed } from '../../../client/src/client.ts';
import type { Checks } from './checks.ts';
import { failureOf } from './run.ts';
import { forgetTexts, recallTexts } from './settings.ts';
import type { State } from './state.ts';

/** The list of earlier operations. */
export class Past {
  readonly #desk: State;
  readonly #checks: Checks;
  operations: readonly Listed[] = [];
  loading = false;
  failure: string | undefined;
  #nextPage: string | undefined;

  constructor(desk: State, checks: Checks) {
    this.#desk = desk;
    this.#checks = checks;
  }

  /** The first words of what was analysed on this device. */
  get titles(): ReadonlyMap<string, string> {
    return new Map(recallTexts('titles').map(({ id, text }) => [id, text]));
  }

  get hasMore(): boolean {
    return this.#nextPage !== undefined;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      const page = await this.#desk.client.operations.list({ pageSize: 20 });
      this.operations = page.operations;
      this.#nextPage = page.next_page_token;
    });
  }

  async more(): Promise<void> {
    const pageToken = this.#nextPage;
    await this.#try(async () => {
      const page = await this.#desk.client.operations.list({ pageSize: 20, pageToken });
      this.operations = [...this.operations, ...page.operations];
      this.#nextPage = page.next_page_token;
    });
  }

  async reopen(id: string): Promise<void> {
    await this.#try(async () => {
      const operation = await this.#desk.client.operations.get(id);
      // It may take long, and shows itself how far it is.
      void this.#checks.reopen(operation);
    });
  }

  async erase(id: string): Promise<void> {
    await this.#try(async () => {
      await this.#desk.client.operations.delete(id);
      forgetTexts(id);
      this.operations = this.operations.filter(({ operation_id }) => operation_id !== id);
      this.#desk.announcement = this.#desk.words.erased;
    });
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.loading = true;
    this.failure = undefined;
    this.#desk.changed();
    try {
      await action();
    } catch (error) {
      const { code } = failureOf(error);
      if (code === 'token') this.#desk.opened = 'sign-in';
      const known: Readonly<Record<string, string>> = this.#desk.words.failure;
      this.failure = known[code] ?? this.#desk.words.failure.other;
    }
    this.loading = false;
    this.#desk.changed();
  }
}

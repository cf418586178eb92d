import type { Listed, Page } from '../../../client/src/client.ts';
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
  /** The operation of which it is asked whether to erase it. */
  toErase: string | undefined;
  #nextPage: string | undefined;
  /** How often the service was asked. */
  #asked = 0;
  readonly #erased = new Set<string>();

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

  /** Shows the list of now. The former one is not shown meanwhile: its rows would move under a hand that is about to press. */
  async open(): Promise<void> {
    this.operations = [];
    this.toErase = undefined;
    this.#nextPage = undefined;
    await this.load();
  }

  async load(): Promise<void> {
    await this.#ask(
      () => this.#desk.client.operations.list({ pageSize: 20 }),
      (page) => this.#show([], page),
    );
  }

  async more(): Promise<void> {
    const pageToken = this.#nextPage;
    await this.#ask(
      () => this.#desk.client.operations.list({ pageSize: 20, pageToken }),
      (page) => this.#show(this.operations, page),
    );
  }

  async reopen(id: string): Promise<void> {
    await this.#ask(
      () => this.#desk.client.operations.get(id),
      // It may take long, and shows itself how far it is.
      (operation) => void this.#checks.reopen(operation),
    );
  }

  /** Asks whether to erase when pressed once, and erases when pressed again: nothing brings an erased text back. */
  async erase(id: string): Promise<void> {
    if (this.toErase !== id) {
      this.toErase = id;
      return this.#desk.set('announcement', this.#desk.words.eraseSurely);
    }
    this.toErase = undefined;
    await this.#try(async () => {
      await this.#desk.client.operations.delete(id);
      this.#erased.add(id);
      forgetTexts(id);
      this.#show(this.operations);
      this.#desk.announcement = this.#desk.words.erased;
    });
  }

  /** Lets it be, after the question whether to erase. */
  keep(): void {
    if (this.toErase === undefined) return;
    this.toErase = undefined;
    this.#desk.changed();
  }

  /** A page that was asked for before an operation was erased may still have it. */
  #show(before: readonly Listed[], page?: Page): void {
    const all = [...before, ...(page?.operations ?? [])];
    this.operations = all.filter(({ operation_id: id }) => !this.#erased.has(id));
    if (page !== undefined) this.#nextPage = page.next_page_token;
  }

  /** Asks the service. Its answer counts if nothing else was asked since, and the list is still open. */
  async #ask<T>(question: () => Promise<T>, hear: (answer: T) => void): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const counts = () => asked === this.#asked && this.#desk.opened === 'past';
    this.loading = true;
    await this.#try(async () => {
      const answer = await question();
      if (counts()) hear(answer);
    }, counts);
    if (asked === this.#asked) this.loading = false;
    this.#desk.changed();
  }

  async #try(action: () => Promise<void>, counts = () => true): Promise<void> {
    this.failure = undefined;
    this.#desk.changed();
    try {
      await action();
    } catch (error) {
      if (counts()) this.#fail(error);
    }
    this.#desk.changed();
  }

  #fail(error: unknown): void {
    const { code } = failureOf(error);
    if (code === 'token') this.#desk.opened = 'sign-in';
    const known: Readonly<Record<string, string>> = this.#desk.words.failure;
    this.failure = known[code] ?? this.#desk.words.failure.other;
  }
}

import type { Client } from '../../../client/src/client.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { AsWritten } from './as-written.ts';
import { Checks } from './checks.ts';
import { Decisions } from './decisions.ts';
import { Past } from './past.ts';
import { forgetTexts, isString, keep, recall } from './settings.ts';
import { type Opened, State } from './state.ts';

const DRAFT_AFTER_MS = 400;

/** What a writer can do on the page. */
export class Desk extends State {
  readonly decisions = new Decisions(this);
  readonly checks = new Checks(this);
  readonly past = new Past(this, this.checks);
  readonly asWritten = new AsWritten(this);
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, signIn: SignIn) {
    super(client, signIn);
    this.editor.keys = {
      check: () => void this.checks.start(),
      next: () => this.decisions.enter(1),
      previous: () => this.decisions.enter(-1),
      accept: () => this.decisions.acceptActive(),
    };
    this.editor.addEventListener('edited', () => {
      this.#keepDraft();
      this.asWritten.edited();
    });
    this.editor.addEventListener('marked', () => this.changed());
    // Whoever leaves at once loses no letter.
    addEventListener('pagehide', () => this.#saveDraft());
    addEventListener('online', () => this.reachable(true));
    addEventListener('offline', () => this.reachable(false));
    const draft = recall('draft', isString);
    if (draft !== undefined && draft !== '') this.editor.load(draft);
    this.before = this.editor.text;
    void this.#readWay();
  }

  /** Opens one of what lies over the text, or closes it. */
  open(what: Opened): void {
    this.set('opened', what);
    if (what === 'past') void this.past.open();
  }

  /** Begins another text. */
  load(text: string): void {
    this.checks.forget();
    this.replace(text);
    this.opened = undefined;
    this.changed();
  }

  /** Opens the card of an item of the critique, by the id that the service gave it. */
  openItem(id: string): void {
    const item = [...this.items.values()].find((one) => one.id === id);
    if (item === undefined) return;
    const mark = this.editor.marked.marks.find(({ key }) => key === item.key);
    this.decisions.openCard(item.key, mark);
  }

  signedIn(): void {
    this.signInFailure = undefined;
    this.opened = undefined;
    if (this.run?.phase === 'failed') void this.checks.start();
    this.changed();
  }

  signOut(): void {
    this.signIn.signOut();
    forgetTexts();
    this.changed();
  }

  async #readWay(): Promise<void> {
    this.way = await this.signIn.way().catch(() => undefined);
    this.changed();
  }

  #keepDraft(): void {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      this.#saveDraft();
      this.changed();
    }, DRAFT_AFTER_MS);
  }

  #saveDraft(): void {
    clearTimeout(this.#saving);
    keep('draft', this.editor.text);
  }
}

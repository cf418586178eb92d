import type { Mark } from '../editor/marks.ts';
import { isMechanical } from './marks-of.ts';
import type { State } from './state.ts';

/** What the writer decides about the marks, one after the other. */
export class Decisions {
  readonly #desk: State;
  /** Set where the next drawing is to move the focus to the open card. */
  takesFocus = false;
  /** The marks that were ignored for their rule, not for themselves. */
  readonly #byRule = new Set<string>();

  constructor(desk: State) {
    this.#desk = desk;
  }

  /** Marks that may be accepted without being read. */
  get mechanical(): readonly Mark[] {
    const { editor, issues } = this.#desk;
    return editor.open.filter(({ key }) => {
      const issue = issues.get(key);
      return issue !== undefined && isMechanical(issue);
    });
  }

  /** Counts the marks of the layer that is shown. */
  count(status: 'accepted' | 'ignored' | 'stale'): number {
    const { marks, layer } = this.#desk.editor.marked;
    return marks.filter(
      (mark) => mark.layer === layer && (status === 'stale' ? mark.stale : mark.status === status),
    ).length;
  }

  /** Opens the card of the next mark (1) or the previous one (-1), from the open one or from the caret, and around the end. */
  step(by: 1 | -1): void {
    const { editor, active } = this.#desk;
    const open = editor.open;
    if (open.length === 0) return;
    const at = open.findIndex(({ key }) => key === active?.key);
    const from = active?.from ?? editor.caret;
    const after = open.findIndex((mark) => mark.from >= from);
    const next =
      at >= 0 ? at + by : by === 1 ? (after < 0 ? 0 : after) : (after < 0 ? open.length : after) - 1;
    this.open(open.at(next % open.length));
  }

  /** From the text to the card that is open, or to the next one. */
  enter(by: 1 | -1): void {
    const { active } = this.#desk;
    if (active?.status === 'open' && !active.stale) this.open(active);
    else this.step(by);
  }

  /** Opens a card and moves the focus to it. */
  open(mark: Mark | undefined): void {
    this.takesFocus = mark !== undefined;
    this.#desk.editor.activate(mark);
    // If the card is open already, nothing has changed but the focus.
    this.#desk.changed();
  }

  /** Opens the card of an item, which may point nowhere. */
  openCard(key: string, mark: Mark | undefined): void {
    if (mark !== undefined && mark.status === 'open' && !mark.stale) {
      this.open(mark);
      return;
    }
    this.takesFocus = true;
    this.#desk.editor.activateKey(key);
  }

  acceptActive(): void {
    const { active } = this.#desk;
    if (active !== undefined) this.accept(active);
  }

  accept(mark: Mark): void {
    if (mark.suggestion === undefined || mark.stale || mark.status !== 'open') return;
    this.#decide(mark, () => this.#desk.editor.accept([mark]), 'accepted');
  }

  acceptMechanical(): void {
    const { editor, words } = this.#desk;
    const all = this.mechanical;
    this.#desk.corrected = true;
    editor.accept(all);
    this.open(editor.open[0]);
    this.#desk.set('announcement', words.acceptedAll(all.length));
  }

  ignore(mark: Mark): void {
    this.#decide(mark, () => this.#desk.editor.ignore([mark]), 'ignored');
  }

  /** Leaves out what a rule finds, now and in later checks. */
  ignoreRule(mark: Mark, rule: string): void {
    const { editor, issues } = this.#desk;
    this.#desk.disableRule(rule);
    const others = editor.open.filter(({ key }) => issues.get(key)?.rule === rule);
    for (const { key } of others) this.#byRule.add(key);
    this.#decide(mark, () => editor.ignore(others), 'ignored');
  }

  undo(): void {
    this.#desk.editor.undo();
  }

  /** Uses a rule again, and brings back what it was ignored for. */
  enableRule(rule: string): void {
    const { editor, issues } = this.#desk;
    this.#desk.enableRule(rule);
    const ignored = editor.marked.marks.filter(
      ({ key, status }) => status === 'ignored' && this.#byRule.has(key),
    );
    editor.reopen(ignored.filter(({ key }) => issues.get(key)?.rule === rule));
  }

  /** Decides, and goes on to what follows in the text. */
  #decide(mark: Mark, decide: () => void, how: 'accepted' | 'ignored'): void {
    const { editor, words } = this.#desk;
    if (how === 'accepted') this.#desk.corrected = true;
    decide();
    const left = editor.open;
    this.open(left.find(({ from }) => from >= mark.from) ?? left[0]);
    // After the last one, to what is said of the whole: its button is gone, and the focus must not be.
    this.takesFocus = true;
    this.#desk.set('announcement', words.decided(how, left.length));
  }
}

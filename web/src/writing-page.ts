import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Desk } from './desk/desk.ts';
import { isUnderWay } from './desk/run.ts';
import type { Opened } from './desk/state.ts';
import { icons } from './icons.ts';
import { critiquePanel } from './panels/critique.ts';
import { pageFooter } from './panels/footer.ts';
import { pageHeader } from './panels/header.ts';
import { issuesPanel } from './panels/issues.ts';
import { operationStatus } from './panels/operation.ts';
import { pastOperations } from './panels/past.ts';
import { signInForm } from './panels/sign-in.ts';
import { examples, openFile, toolbar } from './panels/toolbar.ts';

const TICK_MS = 100;
const LATER_MS = 3000;

/** The whole page. It draws what the desk knows, in the light DOM, and is styled by `page.css`. */
export class WritingPage extends LitElement {
  readonly #desk: Desk;
  #ticking: ReturnType<typeof setInterval> | undefined;
  /** The card that was open at the last drawing. */
  #active: string | undefined;
  #ended: number | undefined;
  /** Whether the comparison was shown at the last drawing. */
  #compared = false;
  #comparison: ((desk: Desk) => TemplateResult) | undefined;

  constructor(desk: Desk) {
    super();
    this.#desk = desk;
    desk.addEventListener('change', () => this.requestUpdate());
    // Keys also count where nothing has the focus.
    addEventListener('keydown', (event) => this.#onKey(event));
    this.addEventListener('dragover', (event) => event.preventDefault());
    this.addEventListener('drop', (event) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void openFile(desk, file);
    });
  }

  protected override createRenderRoot(): this {
    return this;
  }

  /** Loads what is needed later, while there is time, so that a cut connection does not matter. */
  protected override firstUpdated(): void {
    setTimeout(() => {
      void this.#loadComparison().catch(() => undefined);
      void import('./files/docx.ts').catch(() => undefined);
    }, LATER_MS);
  }

  protected override render(): TemplateResult {
    const desk = this.#desk;
    const { words, opened } = desk;
    return html`
      <button class="skip" @click=${() => desk.editor.focus()}>${words.skip}</button>
      ${pageHeader(desk)}
      ${desk.offline ? html`<p class="offline">${icons.warning}<span>${words.offline}</span></p>` : nothing}
      <main>
        <section class="sheet" aria-label=${words.editor}>
          ${toolbar(desk)}
          <div class="paper" ?hidden=${opened === 'compare'}>${desk.editor} ${examples(desk)}</div>
          ${opened === 'compare' ? this.#compare() : nothing}
        </section>
        <aside class="panel" aria-label=${words.layer[desk.layer]}>
          ${operationStatus(desk)} ${desk.layer === 'proofread' ? issuesPanel(desk) : critiquePanel(desk)}
        </aside>
      </main>
      ${pageFooter(desk)}
      <dialog class="drawer" aria-label=${words.past} @close=${() => this.#closed('past')}>
        ${opened === 'past' ? [pastOperations(desk), this.#spoken()] : nothing}
      </dialog>
      <dialog class="box" aria-label=${words.signIn} @close=${() => this.#closed('sign-in')}>
        ${opened === 'sign-in' ? signInForm(desk) : nothing}
      </dialog>
      ${opened === 'past' ? nothing : this.#spoken()}
      <p class="toast" aria-hidden="true" ?hidden=${desk.notice === ''}>${desk.notice}</p>
    `;
  }

  protected override updated(_changed: PropertyValues): void {
    const { language, theme, words, opened, decisions, active, run } = this.#desk;
    document.documentElement.lang = language;
    document.title = words.title;
    if (theme !== undefined) document.documentElement.dataset['theme'] = theme;
    this.#openDialog('dialog.drawer', opened === 'past');
    this.#openDialog('dialog.box', opened === 'sign-in');
    const open = this.querySelector<HTMLElement>('.card.open');
    // What was found begins with how much it is.
    if (run?.endedAt !== this.#ended) this.querySelector('.panel')?.scrollTo(0, 0);
    else if (active?.key !== this.#active) scrollTo(open);
    this.#ended = run?.endedAt;
    this.#active = active?.key;
    if (decisions.takesFocus) {
      decisions.takesFocus = false;
      this.#focusCard(open);
    }
    this.#focusComparison();
    this.#tick();
  }

  /** The correction of the open card, else what else can be done there; without a card, what is said of the whole. */
  #focusCard(open: HTMLElement | null): void {
    const places = ['.accept', 'button.excerpt', 'h4'].map((one) => open?.querySelector<HTMLElement>(one));
    (places.find((place) => place) ?? this.querySelector<HTMLElement>('.summary h2'))?.focus();
  }

  /** What a screen reader says. Beside an open dialog it would be silent. */
  #spoken(): TemplateResult {
    return html`<p class="visually-hidden" role="status" aria-live="polite">${this.#desk.announcement}</p>`;
  }

  /** The focus goes with the comparison, and back to its button. */
  #focusComparison(): void {
    const comparison = this.querySelector<HTMLElement>('.comparison');
    if (comparison !== null && !this.#compared) {
      comparison.querySelector('.changed')?.scrollIntoView({ block: 'center' });
      comparison.focus({ preventScroll: true });
    }
    if (comparison === null && this.#compared && document.activeElement === document.body)
      this.querySelector<HTMLElement>('.tool.compare')?.focus();
    this.#compared = comparison !== null;
  }

  #compare(): TemplateResult {
    if (this.#comparison !== undefined) return this.#comparison(this.#desk);
    void this.#loadComparison().catch(() => this.#desk.open(undefined));
    return html`<p class="empty">${this.#desk.words.loading}</p>`;
  }

  async #loadComparison(): Promise<void> {
    const { comparison } = await import('./compare/compare.ts');
    this.#comparison = comparison;
    this.requestUpdate();
  }

  #openDialog(selector: string, open: boolean): void {
    const dialog = this.querySelector<HTMLDialogElement>(selector);
    if (open && dialog?.open === false) dialog.showModal();
    // What had the focus may be gone, such as the button of an operation that was erased.
    if (open && document.activeElement === document.body) dialog?.querySelector('button')?.focus();
    if (!open && dialog?.open === true) dialog.close();
  }

  #closed(which: Opened): void {
    if (this.#desk.opened === which) this.#desk.open(undefined);
  }

  #onKey(event: KeyboardEvent): void {
    const { decisions, editor, active } = this.#desk;
    const within = (place: string) => event.target instanceof Element && event.target.closest(place) !== null;
    const by = event.shiftKey ? -1 : 1;
    if (event.key === 'F8' && !event.defaultPrevented) decisions[within('.card') ? 'step' : 'enter'](by);
    else if (event.key === 'Escape' && within('.panel'))
      active === undefined ? editor.focus() : editor.enter(active);
    else if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && within('.panel'))
      editor.undo();
    else return;
    event.preventDefault();
  }

  /** Draws the time while something is under way. */
  #tick(): void {
    const underWay = isUnderWay(this.#desk.run);
    if (underWay) this.#ticking ??= setInterval(() => this.requestUpdate(), TICK_MS);
    else {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }
}

/** Where there is hardly room for more than the card, it begins at the top. */
function scrollTo(card: HTMLElement | null): void {
  const room = card?.closest('.panel')?.clientHeight ?? 0;
  card?.scrollIntoView({ block: card.offsetHeight * 1.5 > room ? 'start' : 'nearest' });
}

customElements.define('writing-page', WritingPage);

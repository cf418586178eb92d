import { isolateHistory, redo, undo } from '@codemirror/commands';
import { type ChangeDesc, ChangeSet, Compartment, EditorState, type StateEffect } from '@codemirror/state';
import { EditorView, placeholder } from '@codemirror/view';
import {
  activate,
  type Layer,
  type Mark,
  type Marked,
  marked,
  openMarks,
  setMarks,
  setStatus,
  showLayer,
} from './marks.ts';
import { theme } from './theme.ts';
import { type EditorKeys, editorExtensions } from './view.ts';

/** Says where a position of the text has moved since `follow` was called. */
export interface Following {
  position(of: number): number;
  end(): void;
}

export interface EditorWords {
  readonly label: string;
  readonly placeholder: string;
}

/** What the editor tells about: the text was edited; marks were decided about, opened or outdated. */
export type EditorEvent = 'edited' | 'marked';

/** The text and its marks. CodeMirror lives in a shadow root, where its styles need no inline style element. */
export class TextEditor extends HTMLElement {
  readonly #words = new Compartment();
  readonly #following = new Set<{ changes: ChangeDesc }>();
  readonly #view: EditorView;
  /** What its keys do beyond writing. */
  keys: EditorKeys | undefined;

  constructor(words: EditorWords) {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          editorExtensions(() => this.keys),
          theme,
          this.#words.of(inWords(words)),
          EditorView.updateListener.of(({ docChanged, changes, startState, state }) => {
            if (docChanged) {
              for (const following of this.#following)
                following.changes = following.changes.composeDesc(changes.desc);
              this.#tell('edited');
            }
            if (startState.field(marked).revision !== state.field(marked).revision) this.#tell('marked');
          }),
          // The bottom of the text may lie behind the card on a phone.
          EditorView.scrollMargins.of(() => ({ top: 32, bottom: 48 })),
        ],
      }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }
  get length(): number {
    return this.#view.state.doc.length;
  }
  get marked(): Marked {
    return this.#view.state.field(marked);
  }
  /** What can be decided about, in the order of the text. */
  get open(): readonly Mark[] {
    return openMarks(this.#view.state);
  }
  get hasFocus(): boolean {
    return this.#view.hasFocus;
  }
  get caret(): number {
    return this.#view.state.selection.main.head;
  }

  set words(words: EditorWords) {
    this.#view.dispatch({ effects: this.#words.reconfigure(inWords(words)) });
  }

  override focus(): void {
    this.#view.focus();
  }

  /** Replaces the text, and forgets all marks. Undo brings the former text back. */
  load(text: string): void {
    const { doc } = this.#view.state;
    this.#view.dispatch({
      changes: { from: 0, to: doc.length, insert: text },
      effects: (['proofread', 'critique'] as const).map((layer) => setMarks.of({ layer, marks: [] })),
      selection: { anchor: 0 },
      annotations: isolateHistory.of('full'),
      scrollIntoView: true,
    });
  }

  mark(layer: Layer, marks: readonly Mark[]): void {
    this.#view.dispatch({ effects: setMarks.of({ layer, marks }) });
  }

  show(layer: Layer): void {
    this.#view.dispatch({ effects: showLayer.of(layer) });
  }

  /** Opens the card of a mark, and shows its place in the text. */
  activate(mark: Mark | undefined): void {
    const effects: StateEffect<unknown>[] = [activate.of(mark?.key)];
    if (mark !== undefined) effects.push(EditorView.scrollIntoView(mark.from, { y: 'center' }));
    this.#view.dispatch({ effects });
  }

  /** Opens a card without a place in the text, or leaves the text where it is. */
  activateKey(key: string): void {
    this.#view.dispatch({ effects: activate.of(key) });
  }

  /** Puts the caret behind a mark. */
  enter(mark: Mark): void {
    this.#view.dispatch({ selection: { anchor: mark.to }, scrollIntoView: true });
    this.#view.focus();
  }

  /** Writes the suggestions of marks in place of what they found. One undo takes all of it back. */
  accept(marks: readonly Mark[]): void {
    const accepted = marks.filter(({ suggestion, stale }) => suggestion !== undefined && !stale);
    this.#view.dispatch({
      changes: accepted.map(({ from, to, suggestion = '' }) => ({ from, to, insert: suggestion })),
      effects: setStatus.of(accepted.map(({ key }) => ({ key, status: 'accepted' }))),
      annotations: isolateHistory.of('full'),
      userEvent: 'input.accept',
    });
  }

  ignore(marks: readonly Mark[]): void {
    this.#view.dispatch({
      effects: setStatus.of(marks.map(({ key }) => ({ key, status: 'ignored' }))),
      annotations: isolateHistory.of('full'),
    });
  }

  /** Takes back that marks were ignored. */
  reopen(marks: readonly Mark[]): void {
    this.#view.dispatch({ effects: setStatus.of(marks.map(({ key }) => ({ key, status: 'open' }))) });
  }

  undo(): boolean {
    return undo(this.#view);
  }
  redo(): boolean {
    return redo(this.#view);
  }

  /** Follows edits from now on. */
  follow(): Following {
    const following = { changes: ChangeSet.empty(this.length).desc };
    this.#following.add(following);
    return {
      position: (of) => following.changes.mapPos(of, 1),
      end: () => void this.#following.delete(following),
    };
  }

  #tell(event: EditorEvent): void {
    this.dispatchEvent(new Event(event));
  }
}

const inWords = ({ label, placeholder: empty }: EditorWords) => [
  placeholder(empty),
  EditorView.contentAttributes.of({
    'aria-label': label,
    lang: 'ta',
    tabindex: '0',
    spellcheck: 'false',
    autocorrect: 'off',
    autocapitalize: 'off',
  }),
];

customElements.define('text-editor', TextEditor);

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type EditorState, type Extension, Prec, RangeSetBuilder, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view';
import { activate, type Mark, marked, marks, openMarks } from './marks.ts';

const MARK = 'mark';

interface Drawn {
  readonly set: DecorationSet;
  readonly revision: number;
}

/** What is drawn follows an edit, and is made anew only where more than positions has changed. */
const decorations = StateField.define<Drawn>({
  create: (state) => draw(state),
  update(before, { state, changes, docChanged }) {
    if (state.field(marked).revision !== before.revision) return draw(state);
    return docChanged ? { ...before, set: before.set.map(changes) } : before;
  },
  provide: (field) => EditorView.decorations.from(field, ({ set }) => set),
});

function draw(state: EditorState): Drawn {
  const { active, revision } = state.field(marked);
  const builder = new RangeSetBuilder<Decoration>();
  let end = 0;
  for (const mark of openMarks(state).toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const [from, to] = visible(mark, state.doc.length);
    if (from < end || from === to) continue;
    end = to;
    builder.add(from, to, decorationFor(mark, mark.key === active));
  }
  return { set: builder.finish(), revision };
}

/** A mark between two letters is shown at the letter before it. */
const visible = ({ from, to }: Mark, length: number): [number, number] =>
  from < to ? [from, to] : from > 0 ? [from - 1, to] : [from, Math.min(to + 1, length)];

const decorationFor = ({ key, tone }: Mark, active: boolean): Decoration =>
  Decoration.mark({ class: `${MARK} ${tone}${active ? ' active' : ''}`, attributes: { 'data-key': key } });

/** The mark at a position of the text. The shortest where several are, since it says the most about its place. */
export function markAt(view: EditorView, position: number): Mark | undefined {
  return openMarks(view.state)
    .filter(({ from, to }) => from <= position && position <= Math.max(to, from + 1))
    .toSorted((a, b) => a.to - a.from - (b.to - b.from))[0];
}

/** A finger that opens a card does not ask for the keyboard, which would cover it. A second touch does. */
const touched = (view: EditorView, event: MouseEvent): Mark | undefined => {
  if (!matchMedia('(pointer: coarse)').matches) return undefined;
  const position = view.posAtCoords(event);
  const mark = position === null ? undefined : markAt(view, position);
  return mark?.key === view.state.field(marked).active ? undefined : mark;
};

/** Opens the card of the mark that was clicked. */
const clicks = EditorView.domEventHandlers({
  mousedown(event, view) {
    const mark = touched(view, event);
    if (mark === undefined) return false;
    view.dispatch({ effects: activate.of(mark.key) });
    return true;
  },
  mouseup(event, view) {
    if (!view.state.selection.main.empty) return false;
    const position = view.posAtCoords(event);
    const mark = position === null ? undefined : markAt(view, position);
    view.dispatch({ effects: activate.of(mark?.key) });
    return false;
  },
});

export interface EditorKeys {
  readonly check: () => void;
  readonly next: () => void;
  readonly previous: () => void;
  readonly accept: () => void;
}

/** The editor's extensions that stay the same as long as it lives. */
export const editorExtensions = (keys: () => EditorKeys | undefined): Extension => {
  const command = (name: keyof EditorKeys) => () => {
    keys()?.[name]();
    return true;
  };
  return [
    history(),
    marks,
    decorations,
    clicks,
    Prec.highest(
      keymap.of([
        { key: 'Mod-Enter', run: command('check') },
        { key: 'F8', run: command('next'), shift: command('previous') },
        { key: 'Alt-ArrowDown', run: command('next') },
        { key: 'Alt-ArrowUp', run: command('previous') },
        { key: 'Alt-Enter', run: command('accept') },
      ]),
    ),
    // Without the Tab key, which must lead out of the editor.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.lineWrapping,
  ];
};

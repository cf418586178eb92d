import { invertedEffects } from '@codemirror/commands';
import {
  type ChangeDesc,
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
} from '@codemirror/state';

/** What marks are shown: the issues of a proofreading or the items of a critique. */
export type Layer = 'proofread' | 'critique';
export type Status = 'open' | 'accepted' | 'ignored';

/** A place in the text that something was found at. It follows edits. */
export interface Mark {
  readonly key: string;
  readonly layer: Layer;
  readonly from: number;
  readonly to: number;
  /** What stood there when it was found. */
  readonly excerpt: string;
  /** The name of its style: what kind of finding it is. */
  readonly tone: string;
  /** What stands there once it is accepted. */
  readonly suggestion: string | undefined;
  readonly status: Status;
  /** Whether the text there is no longer what the finding was about. Only an open mark is. */
  readonly stale: boolean;
}

export interface Marked {
  readonly marks: readonly Mark[];
  readonly layer: Layer;
  /** The key of the mark whose card is open. */
  readonly active: string | undefined;
  /** Rises when anything but positions has changed. */
  readonly revision: number;
}

/** Replaces all marks of a layer. A card stays open if its mark is among them. */
export const setMarks = StateEffect.define<{ layer: Layer; marks: readonly Mark[] }>();
export const showLayer = StateEffect.define<Layer>();
export const activate = StateEffect.define<string | undefined>();
/** Sets the status of marks. Undo sets it back. */
export const setStatus = StateEffect.define<readonly { key: string; status: Status }[]>();

export const marked = StateField.define<Marked>({
  create: () => ({ marks: [], layer: 'proofread', active: undefined, revision: 0 }),
  update(before, { docChanged, changes, newDoc, effects }) {
    let after = docChanged ? moved(before, changes, newDoc) : before;
    for (const effect of effects) {
      if (effect.is(setMarks)) {
        const { layer, marks } = effect.value;
        const others = after.marks.filter((mark) => mark.layer !== layer);
        const isLeft = marks.some(({ key }) => key === after.active);
        after = changed(after, { marks: [...others, ...marks], active: isLeft ? after.active : undefined });
      } else if (effect.is(showLayer)) {
        if (effect.value !== after.layer) after = changed(after, { layer: effect.value, active: undefined });
      } else if (effect.is(activate)) {
        if (effect.value !== after.active) after = changed(after, { active: effect.value });
      } else if (effect.is(setStatus)) {
        const statuses = new Map(effect.value.map(({ key, status }) => [key, status]));
        const marks = after.marks.map((mark) => {
          const status = statuses.get(mark.key);
          return status === undefined ? mark : checked({ ...mark, status }, newDoc);
        });
        after = changed(after, { marks });
      }
    }
    return after;
  },
});

const changed = (before: Marked, change: Partial<Marked>): Marked => ({
  ...before,
  ...change,
  revision: before.revision + 1,
});

/** Text that is typed at either end of a mark does not belong to it. */
function moved(before: Marked, changes: ChangeDesc, doc: Text): Marked {
  let turned = false;
  const marks = before.marks.map((mark) => {
    const from = changes.mapPos(mark.from, 1);
    const to = Math.max(from, changes.mapPos(mark.to, -1));
    if (changes.touchesRange(mark.from, mark.to) === false)
      return from === mark.from ? mark : { ...mark, from, to };
    const now = checked({ ...mark, from, to }, doc);
    turned ||= now.stale !== mark.stale;
    return now;
  });
  return turned ? changed(before, { marks }) : { ...before, marks };
}

const checked = (mark: Mark, doc: Text): Mark => ({
  ...mark,
  stale: mark.status === 'open' && doc.sliceString(mark.from, mark.to) !== mark.excerpt,
});

/** What can still be decided about, in the order of the text. */
export const openMarks = (state: EditorState): readonly Mark[] => {
  const { marks, layer } = state.field(marked);
  return marks.filter((mark) => mark.layer === layer && mark.status === 'open' && !mark.stale);
};

const undoStatus = invertedEffects.of(({ effects, startState }) =>
  effects
    .filter((effect) => effect.is(setStatus))
    .map(({ value }) => {
      const before = new Map(startState.field(marked).marks.map(({ key, status }) => [key, status]));
      return setStatus.of(value.map(({ key }) => ({ key, status: before.get(key) ?? 'open' })));
    }),
);

export const marks: Extension = [marked, undoStatus];

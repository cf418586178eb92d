import type { CritiqueResult } from '../../../client/src/client.ts';
import { type Issue, issueMark, itemMark, itemsOf } from './marks-of.ts';
import { merge } from './merge.ts';
import type { State } from './state.ts';

/** Marks what a proofreading found. `position` says where a position of the checked text is now. */
export function markIssues(desk: State, issues: readonly Issue[], position: (of: number) => number): void {
  const { editor, disabledRules, layer } = desk;
  const { text } = editor;
  const found = issues
    .filter(({ rule }) => rule === undefined || !disabledRules.includes(rule))
    .map((issue) => ({ issue, mark: issueMark(issue, position, text) }));
  const before = editor.marked.marks.filter((mark) => mark.layer === 'proofread');
  const merged = merge(before, desk.issues, found, text);
  desk.issues = merged.issues;
  editor.mark('proofread', merged.marks);
  const [first] = editor.open;
  if (layer !== 'proofread' || editor.marked.active !== undefined || first === undefined) return;
  // The text does not move under the hands of who writes in it.
  if (editor.hasFocus) editor.activateKey(first.key);
  else editor.activate(first);
}

/** Marks what a critique found. */
export function markItems(desk: State, result: CritiqueResult, position: (of: number) => number): void {
  const { editor } = desk;
  const { text } = editor;
  const items = itemsOf(result);
  desk.critique = result;
  desk.items = new Map(items.map((item) => [item.key, item]));
  editor.mark(
    'critique',
    items.map((item) => itemMark(item, position, text)).filter((mark) => mark !== undefined),
  );
}

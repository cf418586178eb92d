import { html, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import { differences, type Piece } from './differences.ts';

/** The text before and after the corrections, side by side. */
export function comparison(desk: Desk): TemplateResult {
  const { words, before, editor } = desk;
  const pieces = differences(before, editor.text);
  const changes = pieces.filter(
    ({ kind }, at) => kind !== 'same' && (kind === 'added' ? pieces[at - 1]?.kind !== 'removed' : true),
  );
  const side = (name: string, left: Piece['kind']) => html`<section>
    <h3>${name}</h3>
    <div class="text" lang="ta">
      ${pieces.map(({ text, kind }) =>
        kind === 'same'
          ? text
          : kind !== left
            ? ''
            : left === 'removed'
              ? html`<del>${text}</del>`
              : html`<ins>${text}</ins>`,
      )}
    </div>
  </section>`;
  return html`<div class="comparison">
    <header>
      <h2 tabindex="-1">${changes.length === 0 ? words.noChanges : words.changes(changes.length)}</h2>
      <button class="secondary" @click=${() => desk.open(undefined)}>${words.backToWriting}</button>
    </header>
    <div class="sides">${side(words.before, 'removed')} ${side(words.after, 'added')}</div>
  </div>`;
}

import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import { changesIn, differences, type Piece, paragraphs } from './differences.ts';

/** The text before and after the corrections, paragraph beside paragraph. */
export function comparison(desk: Desk): TemplateResult {
  const { words, before, editor } = desk;
  const pieces = differences(before, editor.text);
  const changes = changesIn(pieces);
  return html`<div class="comparison" tabindex="0" role="region" aria-label=${words.compare}>
    <header>
      <h2>${changes === 0 ? words.noChanges : words.changes(changes)}</h2>
      <button class="secondary" @click=${() => desk.open(undefined)}>${words.backToWriting}</button>
    </header>
    <div class="sides" role="table" aria-label=${words.compare}>
      <div role="row">
        <span role="columnheader">${words.before}</span>
        <span role="columnheader">${words.after}</span>
      </div>
      ${paragraphs(pieces).map(
        (paragraph) => html`<div role="row" class=${changesIn(paragraph) > 0 ? 'changed' : ''}>
          <p role="cell" lang="ta">${paragraph.map((piece) => (piece.kind === 'added' ? nothing : written(piece)))}</p>
          <p role="cell" lang="ta" class="after">${paragraph.map(written)}</p>
        </div>`,
      )}
    </div>
  </div>`;
}

/** On a narrow screen there is one column, with what was removed beside what was added. On a wide one each has its own. */
function written({ text, kind }: Piece) {
  if (kind === 'same') return text;
  return kind === 'removed' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`;
}

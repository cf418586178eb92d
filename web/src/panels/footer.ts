import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import { TEXT_LIMIT } from '../desk/state.ts';
import { icons } from '../icons.ts';
import { given } from './text.ts';

declare const __VERSION__: string;

/** How long the text is, who analysed it, and what version this is. */
export function pageFooter(desk: Desk): TemplateResult {
  const { words, editor, layer, run } = desk;
  const { length, text } = editor;
  const wordCount = text.match(/[\p{L}\p{M}\p{N}]+/gu)?.length ?? 0;
  const limit = TEXT_LIMIT[layer];
  const { provider, model } = run ?? {};
  return html`<footer class="status">
    ${length > limit ? html`<span class="stale">${icons.warning}<span>${words.tooLong(limit)}</span></span>` : nothing}
    <span class="counts"><span>${words.wordCount(wordCount)}</span><span> · ${words.characters(length)}</span></span>
    <span class="kept">${words.kept}</span>
    <span class="origin">
      ${provider === undefined ? nothing : html`<span>${given(words.poweredBy(provider, model ?? ''))}</span>`}
      <span>${words.version(__VERSION__)}</span>
      <a href="/docs" lang="en">API</a>
    </span>
  </footer>`;
}

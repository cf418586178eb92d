import { html, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';

/** The key that CodeMirror calls `Mod`. */
const MODIFIER = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘' : 'Ctrl';

/** What stands in the panel before anything was found: what it is for, and its keys. */
export function introduction({ words, layer }: Desk): TemplateResult {
  const { keys, tone, section } = words;
  const kinds = Object.entries(layer === 'proofread' ? tone : section);
  return html`<div class="introduction">
    <p>${words.intro[layer]}</p>
    <ul class="legend">
      ${kinds.map(([kind, name]) => html`<li><span class="sample ${kind}">${name}</span></li>`)}
    </ul>
    <dl class="keys">
      <div>
        <dt><kbd>${MODIFIER}</kbd> <kbd>Enter</kbd></dt>
        <dd>${keys.check}</dd>
      </div>
      <div>
        <dt><kbd>F8</kbd> <kbd>Shift</kbd> <kbd>F8</kbd></dt>
        <dd>${keys.step}</dd>
      </div>
      <div>
        <dt><kbd>Enter</kbd></dt>
        <dd>${keys.accept}</dd>
      </div>
      <div>
        <dt><kbd>Esc</kbd></dt>
        <dd>${keys.back}</dd>
      </div>
    </dl>
  </div>`;
}

import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import type { Layer } from '../editor/marks.ts';
import { icons } from '../icons.ts';

const LAYERS: readonly Layer[] = ['proofread', 'critique'];

/** What is to be done with the text, earlier operations, and how the page looks and speaks. */
export function pageHeader(desk: Desk): TemplateResult {
  const { words, layer, language } = desk;
  const other = language === 'ta' ? 'en' : 'ta';
  const dark = desk.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  return html`<header class="bar">
    <h1>${words.title}</h1>
    <div class="layers" role="group">
      ${LAYERS.map(
        (one) =>
          html`<button aria-pressed=${one === layer} @click=${() => desk.show(one)}>${words.layer[one]}</button>`,
      )}
    </div>
    <div class="tools">
      <button class="icon-button" aria-label=${words.past} title=${words.past} @click=${() => desk.open('past')}>
        ${icons.past}
      </button>
      <button
        class="icon-button"
        aria-label=${dark === 'dark' ? words.toLight : words.toDark}
        title=${dark === 'dark' ? words.toLight : words.toDark}
        @click=${() => desk.paint(dark === 'dark' ? 'light' : 'dark')}
      >
        ${dark === 'dark' ? icons.sun : icons.moon}
      </button>
      ${person(desk)}
      <button class="quiet language" lang=${other} @click=${() => desk.speak(other)}>${words.otherLanguage}</button>
    </div>
  </header>`;
}

/** Where one has to sign in: to do so, or to leave again. */
function person(desk: Desk): TemplateResult | typeof nothing {
  const { words, way, signIn } = desk;
  if (way === undefined || way === 'development') return nothing;
  const name = signIn.signedIn ? words.signOut : words.signIn;
  return html`<button
    class="icon-button"
    aria-label=${name}
    title=${name}
    @click=${() => (signIn.signedIn ? desk.signOut() : desk.open('sign-in'))}
  >
    ${signIn.signedIn ? icons.leave : icons.person}
  </button>`;
}

import { html, type TemplateResult } from 'lit';

/**
 * Words that came from the service or out of the text. They are their own place for bidirectional text, so that no hidden
 * character of theirs turns what stands around them.
 */
export const given = (words: string, lang: 'ta' | 'en' = 'ta'): TemplateResult =>
  html`<bdi class="given" lang=${lang}>${words}</bdi>`;

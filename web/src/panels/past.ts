import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Listed } from '../../../client/src/client.ts';
import type { Desk } from '../desk/desk.ts';
import { icons } from '../icons.ts';
import { given } from './text.ts';

/** Earlier operations of the tenant, newest first. */
export function pastOperations(desk: Desk): TemplateResult {
  const { words, past } = desk;
  const { titles } = past;
  return html`
    <header>
      <h2>${words.past}</h2>
      <button class="icon-button" aria-label=${words.refresh} title=${words.refresh} @click=${() => void past.load()}>
        ${icons.refresh}
      </button>
      <button class="icon-button" aria-label=${words.close} @click=${() => desk.open(undefined)}>
        ${icons.close}
      </button>
    </header>
    ${past.failure === undefined ? nothing : html`<p class="stale">${icons.warning}<span>${past.failure}</span></p>`}
    ${
      past.operations.length === 0
        ? html`<p class="empty">${past.loading ? words.loading : past.failure === undefined ? words.noPast : nothing}</p>`
        : html`<ol class="operations">
            ${repeat(
              past.operations,
              ({ operation_id }) => operation_id,
              (operation) => entry(desk, operation, titles.get(operation.operation_id)),
            )}
          </ol>`
    }
    ${past.hasMore ? html`<button class="secondary wide" @click=${() => void past.more()}>${words.loadMore}</button>` : nothing}
  `;
}

function entry(
  { words, past, language }: Desk,
  operation: Listed,
  title: string | undefined,
): TemplateResult {
  const { operation_id: id, endpoint, status, created_at } = operation;
  const time = timeOf(created_at, language);
  const asked = past.toErase === id;
  return html`<li>
    <div>
      <b>${title === undefined ? words.endpoint[endpoint] : given(title)}</b>
      <small>
        ${title === undefined ? nothing : html`<span>${words.endpoint[endpoint]}</span>`}
        <time datetime=${created_at}>${time}</time>
        <span class="status ${status}">${words.phase[status]}</span>
      </small>
    </div>
    ${
      endpoint === 'onboarding-certify' || asked
        ? nothing
        : html`<button class="secondary" aria-label="${words.reopen}: ${words.endpoint[endpoint]}, ${time}" @click=${() => void past.reopen(id)}>
            ${words.reopen}
          </button>`
    }
    <button
      class=${asked ? 'danger' : 'icon-button'}
      aria-label="${asked ? words.eraseSurely : ''} ${words.eraseLabel(time)}"
      ?disabled=${status === 'queued' || status === 'running'}
      @click=${() => void past.erase(id)}
      @blur=${() => past.keep()}
    >
      ${asked ? words.eraseSurely : icons.erase}
    </button>
  </li>`;
}

const timeOf = (iso: string, language: 'ta' | 'en'): string =>
  new Date(iso).toLocaleString(language === 'ta' ? 'ta-IN' : 'en-IN', {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  });

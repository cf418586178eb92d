import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import { type Failure, isUnderWay, type Run } from '../desk/run.ts';
import { icons } from '../icons.ts';
import type { Messages } from '../messages/messages.ts';
import { given } from './text.ts';

/** What becomes of the operation: its state, its progress and time, and what went wrong. */
export function operationStatus(desk: Desk): TemplateResult | typeof nothing {
  const { run, words } = desk;
  if (run === undefined) return nothing;
  const underWay = isUnderWay(run);
  return html`<div class="operation ${run.phase}">
    <p>
      <span class="phase">${words.phase[run.phase]}</span>
      <span class="time">${secondsOf(run, words)}</span>
      ${
        underWay
          ? html`<button class="quiet" @click=${() => desk.checks.cancel()}>${words.cancel}</button>`
          : nothing
      }
    </p>
    ${underWay ? progress(run, words) : nothing}
    ${run.failure === undefined ? nothing : failed(desk, run.failure)}
  </div>`;
}

const secondsOf = ({ startedAt, endedAt = performance.now() }: Run, words: Messages): string =>
  words.seconds(Math.max(0.1, (endedAt - startedAt) / 1000).toFixed(1));

/** A bar whose length nobody knows has no value. `progress` is styled by its own element only. */
const progress = ({ phase, progress: share }: Run, words: Messages) =>
  share === undefined
    ? html`<progress aria-label=${words.phase[phase]}></progress>`
    : html`<progress aria-label=${words.phase[phase]} max="1" .value=${share}></progress>`;

function failed(desk: Desk, failure: Failure): TemplateResult {
  const { words } = desk;
  const { code, detail, requestId, operationId } = failure;
  const known: Readonly<Record<string, string>> = words.failure;
  const needsSignIn = code === 'token' || code === 'unauthorized';
  return html`<div class="failure">
    <p class="headline">${icons.warning}<span>${Object.hasOwn(known, code) ? known[code] : words.failure.other}</span></p>
    ${
      detail === undefined || needsSignIn
        ? nothing
        : html`<p class="detail">${words.saidService}: ${given(detail, 'en')} <code>${given(code, 'en')}</code></p>`
    }
    ${requestId === undefined ? nothing : html`<p class="id">${words.requestId} <code>${given(requestId, 'en')}</code></p>`}
    ${operationId === undefined ? nothing : html`<p class="id">${words.operationId} <code>${given(operationId, 'en')}</code></p>`}
    ${
      needsSignIn
        ? html`<button class="secondary" @click=${() => desk.open('sign-in')}>${words.signIn}</button>`
        : html`<button class="secondary" @click=${() => void desk.checks.start()}>${words.retry}</button>`
    }
  </div>`;
}

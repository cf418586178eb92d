import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Desk } from '../desk/desk.ts';
import type { Issue } from '../desk/marks-of.ts';
import type { Mark } from '../editor/marks.ts';
import { icons } from '../icons.ts';
import { copy } from './copy.ts';
import { introduction } from './introduction.ts';
import { given } from './text.ts';

/** So many cards are drawn at once, around the open one. Nobody reads a thousand, and each decision draws them again. */
const MOST_SHOWN = 60;
const SHOWN_BEFORE = 10;

/** The issues of a proofreading: a list whose open card has the correction first, and the reason under it. */
export function issuesPanel(desk: Desk): TemplateResult {
  const { words, editor, run, disabledRules } = desk;
  if (run?.phase !== 'succeeded' && editor.open.length === 0)
    return html`${run === undefined ? introduction(desk) : nothing} ${settings(desk)}`;
  const { revision } = editor.marked;
  return html`${guard([revision, words, desk.issues, disabledRules, desk.asWritten.isOn], () => {
    const open = editor.open;
    const active = open.findIndex(({ key }) => key === editor.marked.active);
    const first = Math.max(0, Math.min(active - SHOWN_BEFORE, open.length - MOST_SHOWN));
    const shown = open.slice(first, first + MOST_SHOWN);
    const after = open.length - first - shown.length;
    return html`
      ${summary(desk, open.length)} ${first > 0 ? html`<p class="rest">${words.earlier(first)}</p>` : nothing}
      <ol class="cards">
        ${repeat(
          shown,
          ({ key }) => key,
          (mark, at) => entry(desk, mark, first + at, open.length),
        )}
      </ol>
      ${after > 0 ? html`<p class="rest">${words.later(after)}</p>` : nothing} ${settings(desk)}
    `;
  })}`;
}

function summary(desk: Desk, open: number): TemplateResult {
  const { words, decisions } = desk;
  const accepted = decisions.count('accepted');
  const ignored = decisions.count('ignored');
  const stale = decisions.count('stale');
  const mechanical = decisions.mechanical.length;
  const decided = accepted + ignored > 0;
  return html`
    <div class="summary">
      <h2 tabindex="-1">
        ${open > 0 ? words.open(open) : decided || stale > 0 ? words.allDone : words.none}
      </h2>
      ${decided ? html`<p class="tally">${words.tally(accepted, ignored)}</p>` : nothing}
      ${open > 0 ? kinds(desk) : nothing}
      ${open === 0 && stale === 0 ? html`<p>${words.noneMore}</p>` : nothing}
      ${stale > 0 ? html`<p class="stale">${icons.warning}<span>${words.stale(stale)}</span></p>` : nothing}
      ${
        mechanical > 1
          ? html`<button class="secondary wide" @click=${() => decisions.acceptMechanical()}>
              ${icons.check}<span>${words.acceptAll(mechanical)}</span>
            </button>`
          : nothing
      }
      ${open === 0 && accepted > 0 ? nextSteps(desk) : nothing}
    </div>
  `;
}

/** How many there are of each kind, with the line that marks them in the text. */
function kinds({ words, editor }: Desk): TemplateResult {
  const counts = Map.groupBy(editor.open, ({ tone }) => tone);
  const names = Object.entries(words.tone).filter(([tone]) => counts.has(tone));
  return html`<ul class="legend">
    ${names.map(([tone, name]) => html`<li><span class="sample ${tone}">${name}</span> ${counts.get(tone)?.length}</li>`)}
  </ul>`;
}

/** What a writer does with a text that is corrected. */
const nextSteps = (desk: Desk) => html`<p class="next-steps">
  <button class="primary" @click=${() => void copy(desk)}>${icons.copy}<span>${desk.words.copy}</span></button>
  <button class="secondary" @click=${() => desk.open('compare')}>
    ${icons.compare}<span>${desk.words.compare}</span>
  </button>
</p>`;

function settings(desk: Desk): TemplateResult {
  const { words, asWritten } = desk;
  const turn = ({ target }: Event) => asWritten.turn((target as HTMLInputElement).checked);
  return html`<div class="settings">
    <label>
      <input type="checkbox" .checked=${asWritten.isOn} @change=${turn} />
      <span>${words.asWritten}</span>
    </label>
    ${disabledList(desk)}
  </div>`;
}

function entry(desk: Desk, mark: Mark, at: number, of: number): TemplateResult {
  const issue = desk.issues.get(mark.key);
  if (issue === undefined) return html``;
  const isOpen = desk.editor.marked.active === mark.key;
  return html`<li class="card ${issue.type} ${isOpen ? 'open' : ''}" data-key=${mark.key}>
    ${isOpen ? card(desk, mark, issue, at, of) : row(desk, mark, issue)}
  </li>`;
}

const row = (desk: Desk, mark: Mark, issue: Issue) => html`
  <button class="row" @click=${() => desk.decisions.open(mark)}>
    <span class="dot" aria-hidden="true"></span>
    <span class="visually-hidden">${desk.words.tone[issue.type]}:</span>
    <span class="was">${given(issue.excerpt)}</span>
    <span class="to" aria-hidden="true">→</span>
    <span class="becomes">${issue.suggestion === '' ? desk.words.remove : given(issue.suggestion)}</span>
  </button>
`;

function card(desk: Desk, mark: Mark, issue: Issue, at: number, of: number): TemplateResult {
  const { words, decisions } = desk;
  const { rule } = issue;
  const reason = `reason-${mark.key}`;
  return html`
    <p class="kind">
      <span class="dot" aria-hidden="true"></span>${words.tone[issue.type]}
      <span class="place">${words.place(at + 1, of)}</span>
      <span class="steps">
        <button class="icon-button" aria-label=${words.previous} @click=${() => decisions.step(-1)}>
          ${icons.previous}
        </button>
        <button class="icon-button" aria-label=${words.next} @click=${() => decisions.step(1)}>
          ${icons.next}
        </button>
      </span>
    </p>
    <p class="change">
    <button
      class="accept"
      aria-label=${words.acceptLabel(issue.excerpt, issue.suggestion)}
      aria-describedby=${reason}
      @click=${() => decisions.accept(mark)}
    >
      ${issue.suggestion === '' ? words.remove : given(issue.suggestion)}
    </button>
    <span class="was">${given(issue.excerpt)}</span>
    </p>
    <p class="reason" id=${reason}>${given(issue.message)}</p>
    <p class="choices">
      <button class="quiet" @click=${() => decisions.ignore(mark)}>${words.ignore}</button>
      ${
        rule === undefined
          ? nothing
          : html`<button class="quiet" title=${rule} @click=${() => decisions.ignoreRule(mark, rule)}>
              ${words.ignoreRule}
            </button>`
      }
    </p>
  `;
}

function disabledList(desk: Desk): TemplateResult | typeof nothing {
  const { words, disabledRules } = desk;
  if (disabledRules.length === 0) return nothing;
  return html`<details class="disabled">
    <summary>${words.disabledRules} · ${disabledRules.length}</summary>
    <ul>
      ${disabledRules.map(
        (rule) => html`<li>
          <code lang="en">${given(rule, 'en')}</code>
          <button
            class="icon-button"
            aria-label=${words.enableRule(rule)}
            @click=${() => desk.decisions.enableRule(rule)}
          >
            ${icons.close}
          </button>
        </li>`,
      )}
    </ul>
  </details>`;
}

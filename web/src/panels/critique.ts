import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { CritiqueResult } from '../../../client/src/client.ts';
import type { Desk } from '../desk/desk.ts';
import { type Item, SECTIONS, type Section } from '../desk/marks-of.ts';
import type { Mark } from '../editor/marks.ts';
import { icons } from '../icons.ts';
import { introduction } from './introduction.ts';
import { given } from './text.ts';

/** The critique: what to fix first, what needs care, and the four sections with their items. */
export function critiquePanel(desk: Desk): TemplateResult {
  const { critique, words, run, items, editor } = desk;
  if (critique === undefined) return html`${run === undefined ? introduction(desk) : nothing}`;
  const { revision } = editor.marked;
  return html`${guard([revision, words, critique], () => {
    const marks = new Map(editor.marked.marks.map((mark) => [mark.key, mark]));
    return html`
      <div class="summary">
        <h2 tabindex="-1">${items.size === 0 ? words.noItems : words.items(items.size)}</h2>
        ${desk.hasEssay ? nothing : html`<p class="stale">${icons.warning}<span>${words.withoutEssay}</span></p>`}
      </div>
      ${contents(desk)} ${topFixes(critique, desk)} ${flags(critique, desk)}
      <p class="overall">${given(critique.summary)}</p>
      ${SECTIONS.map((section) => sectionOf(desk, critique, section, [...items.values()], marks))}
    `;
  })}`;
}

const topFixes = ({ topFixes: fixes }: CritiqueResult, { words }: Desk) =>
  fixes.length === 0
    ? nothing
    : html`<section class="fixes">
        <h3>${words.topFixes}</h3>
        <ol>
          ${fixes.map((fix) => html`<li>${given(fix)}</li>`)}
        </ol>
      </section>`;

const flags = ({ safetyFlags }: CritiqueResult, desk: Desk) =>
  safetyFlags.length === 0
    ? nothing
    : html`<section class="flags">
        <h3>${icons.warning}<span>${desk.words.flags}</span></h3>
        <ul>
          ${safetyFlags.map(
            ({ itemId, type, message }) => html`<li>
              <button class="link" @click=${() => desk.openItem(itemId)}>
                <b>${desk.words.flag[type] ?? given(type)}</b> ${given(message)}
              </button>
            </li>`,
          )}
        </ul>
      </section>`;

/** Leads to the four sections. */
const contents = ({ words, items }: Desk) => html`<nav class="contents" aria-label=${words.sections}>
  ${SECTIONS.map((section) => {
    const count = [...items.values()].filter((item) => item.section === section).length;
    return html`<button class="${section}" @click=${(event: Event) => goTo(event, section)}>
      <span class="dot" aria-hidden="true"></span>${words.section[section]} <b>${count}</b>
    </button>`;
  })}
</nav>`;

function goTo({ target }: Event, section: Section): void {
  const heading = (target as Element)
    .closest('.panel')
    ?.querySelector<HTMLElement>(`.critique-section.${section} h3`);
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

function sectionOf(
  desk: Desk,
  { sections }: CritiqueResult,
  section: Section,
  all: readonly Item[],
  marks: ReadonlyMap<string, Mark>,
): TemplateResult {
  const { words } = desk;
  const { title, summary } = sections[section];
  const items = all.filter((item) => item.section === section);
  return html`<section class="critique-section ${section}">
    <h3 tabindex="-1">
      <span class="dot" aria-hidden="true"></span>${given(title)}
      <span class="count">${items.length === 0 ? '' : words.items(items.length)}</span>
    </h3>
    <p>${given(summary)}</p>
    <ol class="cards">
      ${items.map((item) => itemCard(desk, item, marks.get(item.key)))}
    </ol>
  </section>`;
}

function itemCard(desk: Desk, item: Item, mark: Mark | undefined): TemplateResult {
  const { words, decisions, editor } = desk;
  const { severity, title, description, badge, suggestion, location } = item;
  const isOpen = editor.marked.active === item.key;
  const canApply = mark?.suggestion !== undefined && mark.status === 'open' && !mark.stale;
  return html`<li class="card item ${item.section} ${isOpen ? 'open' : ''}" data-key=${item.key}>
    <p class="kind">
      <span class="severity ${severity}">${words.severity[severity] ?? given(severity)}</span>
      ${badge === null ? nothing : html`<span class="badge ${badge}">${words.badge[badge] ?? given(badge)}</span>`}
    </p>
    <h4 tabindex="-1">${given(title)}</h4>
    ${location === null ? nothing : excerpt(desk, location.excerpt, mark)}
    <p class="reason">${given(description)}</p>
    ${
      suggestion === null
        ? nothing
        : html`<div class="suggestion">
            <p class="label">${words.advice}</p>
            <p>${given(suggestion.text)}</p>
            ${suggestion.meaningMayChange ? html`<p class="stale">${icons.warning}<span>${words.meaningMayChange}</span></p>` : nothing}
            ${
              canApply
                ? html`<button class="secondary" @click=${() => decisions.accept(mark)}>
                    ${icons.check}<span>${words.apply}</span>
                  </button>`
                : nothing
            }
          </div>`
    }
    ${source(desk, item)}
  </li>`;
}

/** The words that an item is about. They lead to their place in the text, unless it has changed. */
function excerpt({ words, decisions }: Desk, quoted: string, mark: Mark | undefined): TemplateResult {
  const there = mark !== undefined && mark.status === 'open' && !mark.stale;
  return there
    ? html`<button class="excerpt" title=${words.showInText} @click=${() => decisions.open(mark)}>
        ${given(quoted)}
      </button>`
    : html`<p class="excerpt gone">${given(quoted)} <small>${words.placeChanged}</small></p>`;
}

/** Only a web address becomes a link; whatever else stands there is words. */
function source({ words }: Desk, { sourceUrl, sourceTitle }: Item): TemplateResult | typeof nothing {
  if (sourceUrl === null && sourceTitle === null) return nothing;
  const isWeb = sourceUrl !== null && /^https?:\/\//i.test(sourceUrl);
  const name = given(sourceTitle ?? sourceUrl ?? '');
  return html`<p class="source">
    ${words.source}:
    ${isWeb ? html`<a href=${sourceUrl} target="_blank" rel="noopener noreferrer">${name}</a>` : name}
  </p>`;
}

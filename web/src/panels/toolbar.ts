import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import { isUnderWay } from '../desk/run.ts';
import { EXAMPLES, type Example } from '../examples.ts';
import { readFile, UnreadableFile } from '../files/read-file.ts';
import { icons } from '../icons.ts';
import { copy } from './copy.ts';

/** What can be done with the text. */
export function toolbar(desk: Desk): TemplateResult {
  const { words, layer, editor, run } = desk;
  const hasText = editor.length > 0;
  return html`<div class="toolbar" role="group" aria-label=${words.editor}>
    ${tool(icons.plus, words.newText, () => startAnew(desk), !hasText)}
    <label class="tool" title=${words.openFile}>
      ${icons.file}<span>${words.openFile}</span>
      <input
        class="visually-hidden"
        type="file"
        aria-label=${words.openFile}
        accept=".txt,.md,.docx,text/plain,text/markdown"
        @change=${(event: Event) => void openFrom(desk, event.target as HTMLInputElement)}
      />
    </label>
    ${tool(icons.undo, words.undo, () => desk.decisions.undo(), false)}
    ${tool(icons.copy, words.copy, () => void copy(desk), !hasText)}
    ${tool(icons.download, words.download, () => download(desk), !hasText)}
    ${tool(icons.compare, words.compare, () => desk.open(desk.opened === 'compare' ? undefined : 'compare'), !hasText && desk.before === '', 'compare')}
    <button
      class="primary"
      aria-disabled=${isUnderWay(run)}
      @click=${() => void desk.checks.start()}
    >
      ${icons.check}<span>${words.start[layer]}</span>
    </button>
  </div>`;
}

const tool = (icon: unknown, name: string, action: () => void, disabled: boolean, kind = '') => html`<button
  class="tool ${kind}"
  title=${name}
  aria-label=${name}
  ?disabled=${disabled}
  @click=${action}
>
  ${icon}<span>${name}</span>
</button>`;

/** Examples, as long as nothing is written. */
export function examples(desk: Desk): TemplateResult | typeof nothing {
  const { words, editor } = desk;
  if (editor.length > 0) return nothing;
  return html`<div class="examples">
    <p>${words.tryExample}</p>
    <p>
      ${(Object.keys(EXAMPLES) as Example[]).map(
        (name) =>
          html`<button class="secondary" @click=${() => begin(desk, name)}>${words.example[name]}</button>`,
      )}
    </p>
  </div>`;
}

function begin(desk: Desk, name: Example): void {
  desk.load(EXAMPLES[name]);
  desk.editor.focus();
}

function startAnew(desk: Desk): void {
  desk.load('');
  desk.editor.focus();
}

async function openFrom(desk: Desk, input: HTMLInputElement): Promise<void> {
  const [file] = input.files ?? [];
  if (file !== undefined) await openFile(desk, file);
  input.value = '';
}

export async function openFile(desk: Desk, file: File): Promise<void> {
  try {
    desk.load(await readFile(file));
    desk.editor.focus();
  } catch (error) {
    desk.notify(desk.words.file[error instanceof UnreadableFile ? error.why : 'broken']);
  }
}

function download({ editor, words }: Desk): void {
  const url = URL.createObjectURL(new Blob([editor.text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = words.fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

import { markIssues } from './marking.ts';
import { issuesOf } from './marks-of.ts';
import { keep } from './settings.ts';
import { REQUEST_LIMIT, type State } from './state.ts';

/** Whoever writes pauses for so long before what was written is checked. */
const PAUSE_MS = 1200;
const DEADLINE_MS = 20_000;

/**
 * Checks the text again when it was edited and its writer pauses. Only after the first check was asked for: until then nothing
 * leaves the page. The offline engine costs nothing, so it is asked unless the writer has said no; a language model only
 * where the writer has said yes.
 */
export class AsWritten {
  readonly #desk: State;
  /** The last operation that nobody asked for. */
  #former: string | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: State) {
    this.#desk = desk;
  }

  get isOn(): boolean {
    return this.#desk.checksAsWritten ?? this.#desk.provider === 'rules';
  }

  turn(on: boolean): void {
    this.#desk.checksAsWritten = on;
    keep('checksAsWritten', on);
    if (on) this.edited();
    this.#desk.changed();
  }

  edited(): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(() => void this.#check(), PAUSE_MS);
  }

  /** Of these operations the last is kept, so that the list of earlier ones is one of what the writer did. */
  async #check(): Promise<void> {
    const { runs, layer, offline, editor, client, disabledRules, texts } = this.#desk;
    const text = editor.text.toWellFormed();
    const isAsked = layer === 'proofread' && runs.proofread?.phase === 'succeeded' && /\S/.test(text);
    if (!this.isOn || !isAsked || offline || text.length > REQUEST_LIMIT.proofread) return;
    const following = editor.follow();
    try {
      const done = await client.proofread(text, { disabledRules, deadlineMs: DEADLINE_MS });
      const former = this.#former;
      this.#former = done.operation_id;
      if (texts === this.#desk.texts)
        markIssues(this.#desk, issuesOf(done.result.issues, text, 0), following.position);
      if (former !== undefined) await client.operations.delete(former);
    } catch {
      // Nobody asked for it, and the next edit tries again.
    } finally {
      following.end();
    }
  }
}

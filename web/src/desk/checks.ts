import {
  isFinished,
  type Operation,
  OperationCancelledError,
  OperationFailedError,
} from '../../../client/src/client.ts';
import type { Layer } from '../editor/marks.ts';
import { partsOf } from '../editor/parts.ts';
import { markIssues, markItems } from './marking.ts';
import { type Issue, issuesOf } from './marks-of.ts';
import { failureOf, isCancellation, isUnderWay, type Run } from './run.ts';
import { keepText, recallTexts } from './settings.ts';
import { REQUEST_LIMIT, type State, TEXT_LIMIT } from './state.ts';

/** So many essays are kept, to be shown beside their critiques. */
const MOST_ESSAYS = 12;
const MOST_TITLES = 100;
/** The share of the whole progress that one request has. */
const ALL = { before: 0, of: 1 };

type Succeeded = Extract<Operation, { status: 'succeeded' }>;

/** Who analysed a text. */
interface Origin {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

/** Sends the text to the service, and marks what comes back. At most one call of each kind is under way. */
export class Checks {
  readonly #desk: State;
  readonly #calls = new Map<Layer, AbortController>();

  constructor(desk: State) {
    this.#desk = desk;
  }

  /** Proofreads or critiques the text, whichever is shown. */
  async start(): Promise<void> {
    const { layer, editor, words } = this.#desk;
    if (isUnderWay(this.#desk.run)) return;
    const text = editor.text.toWellFormed();
    if (!/\S/.test(text)) {
      editor.focus();
      return this.#desk.set('announcement', words.nothingToCheck);
    }
    if (text.length > TEXT_LIMIT[layer]) return this.#desk.notify(words.tooLong(TEXT_LIMIT[layer]));
    if (!this.#desk.corrected) this.#desk.before = text;
    await this.#track(layer, (signal) => this.#run(layer, text, signal));
  }

  cancel(): void {
    const { layer } = this.#desk;
    const call = this.#calls.get(layer);
    if (call === undefined) return;
    this.#end(layer, { phase: 'cancelled' });
    call.abort();
  }

  /** Ends what is under way, and forgets what was found. */
  forget(): void {
    for (const call of this.#calls.values()) call.abort();
    this.#calls.clear();
    this.#desk.issues = new Map();
    this.#desk.items = new Map();
    this.#desk.critique = undefined;
    this.#desk.runs.proofread = undefined;
    this.#desk.runs.critique = undefined;
  }

  /** Waits, if it must, for an operation that was accepted earlier, and shows its result with its text. */
  async reopen(operation: Operation): Promise<void> {
    const layer = operation.endpoint === 'essay-critique' ? 'critique' : 'proofread';
    const { operation_id: operationId } = operation;
    this.#desk.show(layer);
    this.#desk.set('opened', undefined);
    await this.#track(layer, async (signal) => {
      this.#hear(layer, signal)(operation);
      const onProgress = this.#hear(layer, signal);
      const done = isFinished(operation)
        ? operation
        : await this.#desk.client.operations.wait(operationId, { signal, cancelOnAbort: true, onProgress });
      if (done.status === 'failed') throw new OperationFailedError(done.error, { operationId });
      if (done.status !== 'succeeded') throw new OperationCancelledError(done.status, { operationId });
      this.#showResult(done);
      return done;
    });
  }

  #showResult(done: Succeeded): void {
    const inPlace = (of: number) => of;
    if (done.endpoint === 'proofread') {
      const { original_text: text, issues } = done.result;
      if (text !== this.#desk.editor.text) this.#desk.replace(text);
      markIssues(this.#desk, issuesOf(issues, text, 0), inPlace);
    } else if (done.endpoint === 'essay-critique') {
      const essay = recallTexts('essays').find(({ id }) => id === done.operation_id)?.text;
      if (essay !== undefined && essay !== this.#desk.editor.text) this.#desk.replace(essay);
      this.#desk.hasEssay = essay !== undefined;
      markItems(this.#desk, done.result, inPlace);
    }
  }

  /** Follows one call from its beginning to its end, unless another takes its place. */
  async #track(layer: Layer, call: (signal: AbortSignal) => Promise<Origin>): Promise<void> {
    this.#calls.get(layer)?.abort();
    const control = new AbortController();
    this.#calls.set(layer, control);
    this.#desk.runs[layer] = { phase: 'sending', startedAt: performance.now() };
    this.#desk.set('announcement', this.#desk.words.phase.sending);
    const isCurrent = () => this.#calls.get(layer) === control;
    try {
      const { provider, model } = await call(control.signal);
      if (!isCurrent()) return;
      this.#desk.provider = provider;
      this.#end(layer, { phase: 'succeeded', provider, model });
    } catch (error) {
      if (!isCurrent()) return;
      if (isCancellation(error)) this.#end(layer, { phase: 'cancelled' });
      else this.#end(layer, { phase: 'failed', failure: failureOf(error) });
    }
  }

  async #run(layer: Layer, text: string, signal: AbortSignal): Promise<Origin> {
    const following = this.#desk.editor.follow();
    try {
      if (layer === 'proofread') return await this.#proofread(text, signal, following.position);
      const done = await this.#desk.client.critique(text, this.#options(layer, signal));
      keepText('essays', done.operation_id, text, MOST_ESSAYS);
      keepText('titles', done.operation_id, titleOf(text), MOST_TITLES);
      this.#desk.hasEssay = true;
      if (!signal.aborted) markItems(this.#desk, done.result, following.position);
      return done;
    } finally {
      following.end();
    }
  }

  /** Checks one part after the other, so that a text may be longer than a request. */
  async #proofread(text: string, signal: AbortSignal, position: (of: number) => number): Promise<Origin> {
    const parts = partsOf(text, REQUEST_LIMIT.proofread);
    const issues: Issue[] = [];
    let last: Origin = {};
    for (const [at, part] of parts.entries()) {
      const share = { before: at / parts.length, of: 1 / parts.length };
      const done = await this.#desk.client.proofread(part.text, this.#options('proofread', signal, share));
      keepText('titles', done.operation_id, titleOf(part.text), MOST_TITLES);
      issues.push(...issuesOf(done.result.issues, part.text, part.start));
      last = done;
    }
    if (!signal.aborted) markIssues(this.#desk, issues, position);
    return last;
  }

  #options(layer: Layer, signal: AbortSignal, share = ALL) {
    const heard = this.#hear(layer, signal, share);
    return {
      signal,
      cancelOnAbort: true,
      disabledRules: this.#desk.disabledRules,
      onAccepted: heard,
      onProgress: heard,
    };
  }

  #hear(layer: Layer, signal: AbortSignal, share = ALL): (operation: Operation) => void {
    return (operation) => {
      if (signal.aborted || isFinished(operation)) return;
      const { operation_id: operationId, status: phase, progress: known = 0 } = operation;
      const progress = share.before + known * share.of;
      this.#update(layer, { phase, operationId, progress: progress > 0 ? progress : undefined });
    };
  }

  #update(layer: Layer, change: Partial<Run>): void {
    const before = this.#desk.runs[layer];
    if (!isUnderWay(before)) return;
    this.#desk.runs[layer] = { ...before, ...change };
    if (change.phase !== before.phase && layer === this.#desk.layer)
      this.#desk.announcement = this.#desk.words.phase[change.phase ?? before.phase];
    this.#desk.changed();
  }

  #end(layer: Layer, change: Partial<Run> & Pick<Run, 'phase'>): void {
    this.#calls.delete(layer);
    const { words, editor } = this.#desk;
    this.#update(layer, { ...change, endedAt: performance.now(), progress: undefined });
    if (change.phase === 'succeeded' && layer === 'proofread')
      this.#desk.set('announcement', words.found(editor.open.length));
  }
}

/** The first words of a text. */
const titleOf = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 60).toWellFormed() ?? '';

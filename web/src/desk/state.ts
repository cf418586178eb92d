import type { Client, CritiqueResult } from '../../../client/src/client.ts';
import type { Layer, Mark } from '../editor/marks.ts';
import { TextEditor } from '../editor/text-editor.ts';
import { messagesIn } from '../messages/messages.ts';
import type { SignIn, Way } from '../sign-in/sign-in.ts';
import type { Issue, Item } from './marks-of.ts';
import type { Run } from './run.ts';
import { isBoolean, isOneOf, isStrings, type Kept, keep, recall } from './settings.ts';

const NOTICE_MS = 4000;

/** The longest text of one request, in UTF-16 code units. */
export const REQUEST_LIMIT: Record<Layer, number> = { proofread: 10_000, critique: 20_000 };
/** The longest text that is taken at all: it is proofread in parts. */
export const TEXT_LIMIT: Record<Layer, number> = { proofread: 100_000, critique: REQUEST_LIMIT.critique };

/** What lies over the text, or takes its place. */
export type Opened = 'past' | 'sign-in' | 'compare' | undefined;

/**
 * Everything that the page knows. It tells `change` when something is to be drawn again; typing alone is not, so that it stays
 * quick in a long text.
 */
export class State extends EventTarget {
  readonly client: Client;
  readonly signIn: SignIn;
  layer: Layer = 'proofread';
  readonly runs: Record<Layer, Run | undefined> = { proofread: undefined, critique: undefined };
  issues: ReadonlyMap<string, Issue> = new Map();
  items: ReadonlyMap<string, Item> = new Map();
  critique: CritiqueResult | undefined;
  /** Whether the essay of the critique that is shown is known here. */
  hasEssay = true;
  /** The text as it was before the first correction. */
  before = '';
  corrected = false;
  /** How many texts were begun, by which a late answer knows that it is for another. */
  texts = 0;
  way: Way | undefined;
  signInFailure: string | undefined;
  opened: Opened;
  /** Who analysed a text last. */
  provider: string | undefined;
  /** Whether the text is checked again as it is edited, if the writer has said. */
  checksAsWritten: boolean | undefined = recall('checksAsWritten', isBoolean);
  /** Whether the service was out of reach when it was last asked. */
  offline = !navigator.onLine;
  /** What a screen reader is to say now. */
  announcement = '';
  /** What is shown for a moment. */
  notice = '';
  language: Kept['language'] = recall('language', isOneOf('ta', 'en')) ?? 'ta';
  theme: Kept['theme'] | undefined = recall('theme', isOneOf('light', 'dark'));
  disabledRules: string[] = recall('disabledRules', isStrings) ?? [];
  readonly editor: TextEditor = new TextEditor(this.editorWords);
  #noticed: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, signIn: SignIn) {
    super();
    this.client = client;
    this.signIn = signIn;
  }

  get words() {
    return messagesIn(this.language);
  }

  get editorWords() {
    return { label: this.words.editor, placeholder: this.words.placeholder };
  }

  get run(): Run | undefined {
    return this.runs[this.layer];
  }

  get active(): Mark | undefined {
    const { marks, active } = this.editor.marked;
    return active === undefined ? undefined : marks.find(({ key }) => key === active);
  }

  changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  set<K extends 'opened' | 'announcement' | 'signInFailure'>(name: K, value: State[K]): void {
    Object.assign(this, { [name]: value });
    this.changed();
  }

  /** Tells something that is over at once, such as that the text was copied. */
  notify(message: string): void {
    this.notice = message;
    this.announcement = message;
    this.changed();
    clearTimeout(this.#noticed);
    this.#noticed = setTimeout(() => {
      this.notice = '';
      this.changed();
    }, NOTICE_MS);
  }

  show(layer: Layer): void {
    this.layer = layer;
    this.editor.show(layer);
    this.changed();
  }

  /** Puts another text in the place of this one. Undo brings the former back. */
  replace(text: string): void {
    this.texts += 1;
    this.editor.load(text);
    this.before = this.editor.text;
    this.corrected = false;
  }

  reachable(is: boolean): void {
    if (this.offline === !is) return;
    this.offline = !is;
    this.announcement = is ? this.words.online : this.words.offline;
    this.changed();
  }

  speak(language: Kept['language']): void {
    this.language = language;
    keep('language', language);
    this.editor.words = this.editorWords;
    this.changed();
  }

  paint(theme: Kept['theme']): void {
    this.theme = theme;
    keep('theme', theme);
    this.changed();
  }

  disableRule(rule: string): void {
    this.disabledRules = [...new Set([...this.disabledRules, rule])].slice(-100);
    keep('disabledRules', this.disabledRules);
  }

  enableRule(rule: string): void {
    this.disabledRules = this.disabledRules.filter((disabled) => disabled !== rule);
    keep('disabledRules', this.disabledRules);
    this.changed();
  }
}

/** What kind of fault a finding is. */
export type FindingType = 'grammar' | 'spelling' | 'style' | 'clarity';

export type Severity = 'low' | 'medium' | 'high';

/** One fault of a text: where it stands, what to write instead, and the rule that found it. */
export interface Finding {
  readonly type: FindingType;
  readonly severity: Severity;
  /** A Tamil sentence: the rule, what to write, and where the rule stands. */
  readonly message: string;
  /** UTF-16 code units of the text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** What should stand there. */
  readonly suggestion: string;
  /** Family and rule, for example `sandhi/dative`. */
  readonly rule: string;
  /** So mechanical that it may be added to what a language model found. */
  readonly certain: boolean;
}

/** What every rule says about itself, whatever its shape. */
export interface RuleFacts {
  readonly id: string;
  readonly type: FindingType;
  readonly severity: Severity;
  readonly certain: boolean;
  /** The rule, in Tamil: a clause without a full stop, which the message goes on from. */
  readonly reason: string;
  /** Where the rule stands: a sutra, a textbook chapter, a standard. In Tamil, as it is shown. */
  readonly source: string;
}

/** A rule's correction of one word. */
export interface Change {
  readonly rule: RuleFacts;
  /** The whole word as it should be. */
  readonly to: string;
  /** Overrides the rule's reason, where the reason depends on the word. */
  readonly reason?: string;
  /** False where the rule is certain, but not of this word. */
  readonly certain?: false;
}

/** A rule's correction of a range that is more, or other, than one word. */
export interface Span {
  readonly rule: RuleFacts;
  readonly start: number;
  readonly end: number;
  readonly suggestion: string;
  readonly reason?: string;
}

/** One Tamil sentence: the rule, what to write, and where the rule stands. */
export const message = (reason: string, suggestion: string, source: string): string =>
  `${reason}; ‘${suggestion}’ என எழுத வேண்டும் (${source}).`;

/** What is asked: the instructions, and apart from them the parts that hold the user's text. */
export interface Question {
  readonly instructions: string;
  readonly parts: readonly string[];
  /** JSON Schema of the answer, in the keywords Gemini's structured output knows. */
  readonly schema: unknown;
  /** The model's thinking included: it bounds what a model that runs away can cost. */
  readonly maxOutputTokens: number;
}

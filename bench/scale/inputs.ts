/** What was measured: the source of docs/scale.md and of the simulation's defaults. */
export const MEASURED = {
  /** `npm run bench -- --only functions`: processor time of one request, in microseconds. */
  processorUs: { submit: 1500, worker: 1500, operations: 300, analysis: 500 },
  /** A new worker until its first answer. */
  coldStartMs: 1500,
};

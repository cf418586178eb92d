import { ProviderRejected, ProviderUnavailable } from '../../operations/kind.ts';

/**
 * Why one call gave no usable answer.
 * - `refused`: this model takes the request to be invalid
 * - `misconfigured`: the key, the account or the project is not accepted
 * - `missing`: there is no such model
 * - `throttled`, `unreachable`: waiting, or another model, may help
 * - `broken`: the same, but the model may have worked: its answer did not come whole, or not in time
 * - `blocked`: a filter withheld the answer
 * - `unusable`: the answer cannot be used
 */
export type FaultKind =
  | 'refused'
  | 'misconfigured'
  | 'missing'
  | 'throttled'
  | 'unreachable'
  | 'broken'
  | 'blocked'
  | 'unusable';

export class CallFault extends Error {
  override readonly name = 'CallFault';
  readonly kind: FaultKind;
  /** How long the API asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Faults that no other model will mend. */
export const isFinal = (fault: CallFault): boolean => fault.kind === 'misconfigured';

/** Faults of the answer, which asking the same model once more may mend. */
export const isRepairable = (fault: CallFault): boolean =>
  fault.kind === 'blocked' || fault.kind === 'unusable';

/** What the whole chain failed with, given the last fault of each model that was tried. */
export function verdict(faults: readonly CallFault[]): ProviderRejected | ProviderUnavailable {
  const options = { cause: faults.at(-1) };
  const only = (...kinds: FaultKind[]) => faults.every(({ kind }) => kinds.includes(kind));
  if (faults.some(({ kind }) => kind === 'misconfigured') || only('missing')) return misconfigured(options);
  if (only('refused', 'blocked', 'missing'))
    return new ProviderRejected('provider-request-rejected', 'The language model refused the text.', options);
  const waits = faults.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return new ProviderUnavailable('The language model gave no usable answer.', {
    ...options,
    throttled: faults.some(({ kind }) => kind === 'throttled'),
    ...(waits.length > 0 && { retryAfterMs: Math.min(...waits) }),
  });
}

const misconfigured = (options: ErrorOptions) =>
  new ProviderRejected('provider-config-missing', 'The language model is not set up.', options);

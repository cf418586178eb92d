/** The most of a reason that is logged. A library's message may quote what the token names. */
const LONGEST_REASON = 200;

/**
 * A token is not accepted. `message` is the reason, and only for the log, because it would help an attacker. It never holds
 * the token.
 */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason.slice(0, LONGEST_REASON), options);
  }
}

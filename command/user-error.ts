/** What the user can mend. Its message is all that is shown. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

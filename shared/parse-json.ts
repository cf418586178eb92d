/** The value of a JSON text, or `undefined` if the text is not JSON. Says nothing of the text, which may be a user's. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

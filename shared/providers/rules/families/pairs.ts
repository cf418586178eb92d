/** `first: next next`, one a line, as a map from the first word to the beginnings of what may follow it. */
export const pairs = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [first = '', rest = ''] = line.trim().split(': ');
        return [first, rest.split(' ')] as const;
      }),
  );

/** Entries are found by their first three code units; the words they are made of by the first two, which all forms of a word share. */
const KEY = 3;
const PREFIX = 2;

/**
 * A table from the beginning of a word to entries. The entries of a source are made when the first word with its beginning is looked up:
 * a text needs few of them, and a start should not wait for all.
 */
export const prefixTable = <Source, Entry>(
  sources: Iterable<Source>,
  wordOf: (source: Source) => string,
  entriesOf: (source: Source) => readonly Entry[],
  beginningOf: (entry: Entry) => string,
): ((word: string) => readonly Entry[] | undefined) => {
  const waiting = new Map<string, Source[]>();
  for (const source of sources) {
    const prefix = wordOf(source).slice(0, PREFIX);
    const list = waiting.get(prefix);
    if (list === undefined) waiting.set(prefix, [source]);
    else list.push(source);
  }
  const table = new Map<string, Entry[]>();
  const make = (list: readonly Source[]): void => {
    const made = new Set<Entry[]>();
    for (const entry of list.flatMap(entriesOf)) {
      const key = beginningOf(entry).slice(0, KEY);
      const entries = table.get(key) ?? [];
      table.set(key, entries);
      entries.push(entry);
      made.add(entries);
    }
    for (const entries of made) entries.sort((a, b) => beginningOf(b).length - beginningOf(a).length);
  };
  return (word) => {
    const prefix = word.slice(0, PREFIX);
    const list = waiting.get(prefix);
    if (list !== undefined) {
      waiting.delete(prefix);
      make(list);
    }
    return table.get(word.slice(0, KEY));
  };
};

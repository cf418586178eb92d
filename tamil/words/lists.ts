import { textOf } from './text.ts';

/** The entries of a list under their headings; those before the first heading have the heading ''. */
export type Sections = ReadonlyMap<string, readonly string[]>;

const HEADING = /^\[(.+)\]$/;

/** Reads a list: one entry a line, `#` begins a comment, `[heading]` a section. Throws where there is no such list. */
export const readSections = (name: string): Sections => {
  let entries: string[] = [];
  const sections = new Map([['', entries]]);
  for (const line of textOf(name).split('\n')) {
    const entry = (line.includes('#') ? line.slice(0, line.indexOf('#')) : line).trim();
    if (entry === '') continue;
    const heading = entry.startsWith('[') ? HEADING.exec(entry)?.[1] : undefined;
    if (heading === undefined) entries.push(entry);
    else {
      entries = [];
      sections.set(heading, entries);
    }
  }
  return sections;
};

/** The entries of a list that has no sections. */
export const readWords = (name: string): readonly string[] => readSections(name).get('') ?? [];

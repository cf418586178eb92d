/** What the page keeps on this device: the draft, the choices, and the essays of earlier critiques. */
export interface Kept {
  draft: string;
  language: 'ta' | 'en';
  theme: 'light' | 'dark';
  disabledRules: string[];
  checksAsWritten: boolean;
  /** The essays of critiques, newest first, because the service does not answer them again. */
  essays: { id: string; text: string }[];
  /** The first words of what was analysed here, newest first, by which an operation is recognised. */
  titles: { id: string; text: string }[];
}

const PREFIX = 'tamil-text:';

/** Reads one setting. Without storage, as in a private window, every setting has its default. */
export function recall<K extends keyof Kept>(
  name: K,
  isOne: (value: unknown) => boolean,
): Kept[K] | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null');
    return isOne(value) ? (value as Kept[K]) : undefined;
  } catch {
    return undefined;
  }
}

export function keep<K extends keyof Kept>(name: K, value: Kept[K]): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // The page works without; nobody can do anything about a full or forbidden storage.
  }
}

export const isString = (value: unknown): boolean => typeof value === 'string';
export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
export const isOneOf =
  (...values: string[]) =>
  (value: unknown): boolean =>
    values.includes(value as string);
export const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString);
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => isString(one?.id) && isString(one?.text));

/** Puts a text before the others, of which so many are kept. */
export function keepText(name: 'essays' | 'titles', id: string, text: string, most: number): void {
  const others = recallTexts(name).filter((kept) => kept.id !== id);
  keep(name, [{ id, text }, ...others].slice(0, most));
}

/** Forgets one text, or all. */
export function forgetTexts(id?: string): void {
  for (const name of ['essays', 'titles'] as const)
    keep(name, id === undefined ? [] : recallTexts(name).filter((kept) => kept.id !== id));
}

export const recallTexts = (name: 'essays' | 'titles'): Kept['essays'] => recall(name, isTexts) ?? [];

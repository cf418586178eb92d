import { en } from './en.ts';
import { ta } from './ta.ts';

/** The same keys and parameters, with any words. */
type Worded<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer Given) => string
      ? (...given: Given) => string
      : Worded<T[K]>;
};

export type Messages = Worded<typeof ta>;

const LANGUAGES: Record<'ta' | 'en', Messages> = { ta, en };

export const messagesIn = (language: 'ta' | 'en'): Messages => LANGUAGES[language];

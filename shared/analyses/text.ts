import * as z from 'zod';

/**
 * A text that a tenant sends: 1 to `max` UTF-16 code units, not only white space, no lone surrogates. Only the first fault
 * that applies is reported.
 */
export const wellFormedText = (max: number) =>
  z.string().check((context) => {
    const text = context.value;
    const fault =
      text.length > max
        ? `must be at most ${max} characters (UTF-16 code units), but has ${text.length}`
        : text.trim() === ''
          ? 'must hold more than white space'
          : !text.isWellFormed()
            ? 'must be well-formed Unicode: it holds a lone surrogate'
            : undefined;
    if (fault !== undefined) context.issues.push({ code: 'custom', message: fault, input: text });
  });

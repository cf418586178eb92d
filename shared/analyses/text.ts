import * as z from 'zod';

/** White space as Unicode has it, and the byte order mark, which JavaScript counts too. */
const BLANK = /^[\p{White_Space}\ufeff]*$/u;

/**
 * A text that a tenant sends: 1 to `max` UTF-16 code units, not only white space, no lone surrogates. Each of these that it
 * breaks is a fault of its own.
 */
export const wellFormedText = (max: number) =>
  z.string().check((context) => {
    const text = context.value;
    const faults = [
      text.length > max && `must be at most ${max} characters (UTF-16 code units), but has ${text.length}`,
      BLANK.test(text) && 'must hold more than white space',
      !text.isWellFormed() && 'must be well-formed Unicode: it holds a lone surrogate',
    ];
    for (const message of faults) {
      if (message !== false) context.issues.push({ code: 'custom', message, input: text });
    }
  });

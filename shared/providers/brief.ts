/** In UTF-16 code units. The offline engine takes a millisecond for so much. */
const BRIEF_TEXT = 1200;

/** Whether the offline engine is done with the text so soon that a thread or a queue would cost more than its work. */
export const isBrief = (text: string): boolean => text.length <= BRIEF_TEXT;

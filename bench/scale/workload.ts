import { TEXT } from '../systems/text.ts';

/** A sentence in which the offline engine finds nothing. */
const SOUND = 'அவர்கள் ஊருக்குத் திரும்பி வந்தார்கள். ';
/** A paragraph of some 250 units with two slips. */
const PARAGRAPH = `${TEXT} ${SOUND.repeat(6)}`.slice(0, 249);

/** The text of the operations that docs/scale.md reckons with: 2,000 units, which is too long for the synchronous way. */
export const WORKLOAD_TEXT = `${PARAGRAPH}\n`.repeat(8);

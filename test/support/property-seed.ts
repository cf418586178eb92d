import { randomInt } from 'node:crypto';
import fc from 'fast-check';

const { PROPERTY_SEED = '1' } = process.env;

/** A run of the tests is like the one before. `PROPERTY_SEED` asks for other examples: a number, or `random`. */
fc.configureGlobal({ seed: PROPERTY_SEED === 'random' ? randomInt(2 ** 31) : Number(PROPERTY_SEED) });

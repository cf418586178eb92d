/** Numbers from 0 up to 1 that look random, the same for each seed. Source: mulberry32, public domain, by Tommy Ettinger. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** ASCII characters that JSON does not escape. */
const ALPHABET = Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n)).filter(
  (char) => char !== '"' && char !== '\\',
);

/** Text of so many bytes that cannot be packed, the same at each call. */
export function noise(length: number, alphabet: readonly string[] = ALPHABET, seed = 1): string {
  const next = randomNumbers(seed);
  return Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
}

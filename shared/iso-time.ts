/**
 * Writes milliseconds since the epoch as an RFC 3339 time in UTC. Under load the same millisecond is asked for many times
 * in a row, so the last answer is kept.
 * @throws {RangeError} no time
 */
export function createIsoTime(): (instant: number) => string {
  let last = Number.NaN;
  let written = '';
  return (instant) => {
    if (instant !== last) {
      written = new Date(instant).toISOString();
      last = instant;
    }
    return written;
  };
}

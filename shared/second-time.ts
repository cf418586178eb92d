/**
 * Tells what comes for the second time, of the numbers that came lately. What is asked for once, as nearly everything is when many
 * things are asked for in turn, is not worth remembering: kept objects cost the garbage collector more than they save.
 * @param most so many of the numbers that came last are known; each call searches all of them
 */
export function createSecondTime(most: number): (n: number) => boolean {
  const last = new Float64Array(most).fill(Number.NaN);
  let next = 0;
  return (n) => {
    if (last.includes(n)) return true;
    last[next] = n;
    next = (next + 1) % most;
    return false;
  };
}

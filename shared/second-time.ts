/**
 * Tells what comes for the second time, of the numbers that came lately. What is asked for once, as nearly everything is when many
 * things are asked for in turn, is not worth remembering: kept objects cost the garbage collector more than they save.
 * A number that came long ago, or that another one has displaced, counts as new.
 * @param places at most so many numbers are known
 */
export function createSecondTime(places: number): (n: number) => boolean {
  const met = new Float64Array(places).fill(Number.NaN);
  return (n) => {
    const at = n % places;
    const again = met[at] === n;
    met[at] = n;
    return again;
  };
}

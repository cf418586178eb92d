import type { Measured } from './load.ts';
import type { Row } from './table.ts';

/** One system's part in each round of a comparison. */
export interface Contender {
  readonly name: string;
  readonly measure: () => Promise<Measured>;
}

/** Measures all contenders in turns, so that a machine that is slow for a while is slow for each of them. */
export async function inTurns(
  title: string,
  rounds: number,
  contenders: readonly Contender[],
): Promise<readonly Row[]> {
  const measured = contenders.map(({ name }) => ({ name, rounds: [] as Measured[] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, { name, measure }] of contenders.entries()) {
      progress(`${title}: round ${round} of ${rounds}, ${name}`);
      measured[index]?.rounds.push(await measure());
    }
  }
  progress('');
  return measured;
}

/** Shows what is being measured on the last line of a terminal; elsewhere nothing. */
export function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what}`);
}

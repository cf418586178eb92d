import { type Measured, median } from './load.ts';

/** The rounds of one system in one comparison. */
export interface Row {
  readonly name: string;
  readonly rounds: readonly Measured[];
}

const medianOf = (rounds: readonly Measured[], of: (round: Measured) => number): number =>
  median(rounds.map(of));

/** Medians of the rounds; ratios against the first row, whose system is the one that is judged. */
export function table(title: string, rows: readonly Row[]): string {
  const lines = [
    title,
    `  ${'system'.padEnd(24)}${['per second', 'p50 ms', 'p99 ms', 'CPU µs', 'ours/CPU', 'ours/rate'].map((head) => head.padStart(11)).join('')}`,
  ];
  const [own] = rows;
  for (const { name, rounds } of rows) {
    const perSecond = medianOf(rounds, (round) => round.perSecond);
    const processorUs = medianOf(rounds, (round) => round.processorUs);
    const ratio = (of: (round: Measured) => number) =>
      own === undefined || own.rounds === rounds ? '' : `${ratioOf(own.rounds, rounds, of).toFixed(2)}×`;
    const cells = [
      perSecond.toFixed(0),
      medianOf(rounds, (round) => round.p50).toFixed(2),
      medianOf(rounds, (round) => round.p99).toFixed(2),
      processorUs.toFixed(0),
      ratio((round) => round.processorUs),
      ratio((round) => round.perSecond),
    ];
    lines.push(`  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
  return lines.join('\n');
}

/** The median of the ratios round by round: what makes the machine slow for a while slows both. */
const ratioOf = (
  own: readonly Measured[],
  other: readonly Measured[],
  of: (round: Measured) => number,
): number =>
  median(
    own.flatMap((round, n) => {
      const against = other[n];
      return against === undefined ? [] : [of(round) / of(against)];
    }),
  );

import { label, picture, rounded, rule } from './svg.ts';

export interface BarChart {
  readonly title: string;
  readonly text: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly shown: string }[];
  /** Powers of ten between which the bars lie. */
  readonly from: number;
  readonly to: number;
  readonly tick: (value: number) => string;
}

const WIDTH = 760;
const [LEFT, RIGHT, TOP, STEP] = [150, 90, 50, 30];

/** Bars on a logarithmic axis. */
export function barChart({ title, text, bars, from, to, tick }: BarChart): string {
  const height = TOP + bars.length * STEP + 40;
  const low = Math.log10(from);
  const decades = Math.log10(to) - low;
  const across = (value: number) =>
    LEFT + ((Math.log10(Math.max(value, from)) - low) / decades) * (WIDTH - LEFT - RIGHT);
  const ticks = Array.from({ length: Math.round(decades) + 1 }, (_, n) => 10 ** (low + n));
  const bottom = TOP + bars.length * STEP;
  const parts = [
    ...ticks.flatMap((value) => [
      rule(across(value), TOP - 4, across(value), bottom, 'grid'),
      label(across(value), bottom + 20, tick(value), 'faint', 'middle'),
    ]),
    ...bars.flatMap(({ name, value, shown }, n) => {
      const y = TOP + n * STEP;
      return [
        label(LEFT - 10, y + 17, name, '', 'end'),
        `<rect class="${n === 0 ? 'b' : 'a'}" x="${LEFT}" y="${y + 4}" width="${rounded(across(value) - LEFT)}" height="18" rx="2"/>`,
        label(across(value) + 6, y + 17, shown),
      ];
    }),
  ];
  return picture({ title, text, width: WIDTH, height }, parts);
}

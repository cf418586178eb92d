import { label, picture, rounded, rule } from './svg.ts';

export interface Axis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Each step is a multiple, not a difference. `from` is above 0 then. */
  readonly log?: boolean;
  readonly shown?: (tick: number) => string;
}

export interface LineChart {
  readonly title: string;
  /** What the picture shows, for who does not see it. */
  readonly text: string;
  readonly x: Axis;
  readonly y: Axis;
  /** At most three: each has a colour. `labelAt` is the index of the point beside which its name stands. */
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number])[];
    readonly labelAt: number;
  }[];
  /** Something that is so from `x` on, or until `to`. */
  readonly marks: readonly { readonly x: number; readonly name: string }[];
}

const [WIDTH, HEIGHT] = [760, 380];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 60, 66, 50];
const KINDS = ['a', 'b', 'c'];

export function lineChart({ title, text, x, y, lines, marks }: LineChart): string {
  const across = scale(x, LEFT, WIDTH - RIGHT);
  const up = scale(y, HEIGHT - BOTTOM, TOP);
  const parts = [
    ...y.ticks.flatMap((tick) => [
      rule(LEFT, up(tick), WIDTH - RIGHT, up(tick), 'grid'),
      label(LEFT - 8, up(tick) + 4, shown(y, tick), 'faint', 'end'),
    ]),
    ...x.ticks.map((tick) => label(across(tick), HEIGHT - BOTTOM + 20, shown(x, tick), 'faint', 'middle')),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x.name, 'faint', 'middle'),
    label(LEFT, TOP - 8, y.name, 'faint'),
    ...marks.flatMap((mark) => [
      rule(across(mark.x), TOP, across(mark.x), HEIGHT - BOTTOM, 'mark'),
      label(across(mark.x) + 6, TOP + 14, mark.name, 'faint'),
    ]),
    ...lines.flatMap(({ name, points, labelAt }, n) => {
      const kind = KINDS[n] ?? 'c';
      const path = points.map(([px, py]) => `${rounded(across(px))},${rounded(up(py))}`).join(' ');
      const [lx, ly] = points.at(labelAt) ?? [x.to, y.to];
      return [
        `<polyline class="line ${kind}" points="${path}"/>`,
        label(across(lx) + 8, up(ly) - 6, name, kind),
      ];
    }),
  ];
  return picture({ title, text, width: WIDTH, height: HEIGHT }, parts);
}

const shown = ({ shown = String }: Axis, tick: number): string => shown(tick);

/** Where a value lies between two ends of the picture. */
function scale({ from, to, log = false }: Axis, begin: number, end: number): (value: number) => number {
  const on = (value: number) => (log ? Math.log(value) : value);
  return (value) => {
    const share = (on(Math.min(Math.max(value, from), to)) - on(from)) / (on(to) - on(from));
    return begin + share * (end - begin);
  };
}

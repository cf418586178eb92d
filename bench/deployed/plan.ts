import { parseArgs } from 'node:util';

/** What is asked of a deployment. Every part has a bound, so that a slip of the pen costs little. */
export interface Plan {
  readonly target: URL;
  readonly token: string;
  /** Operations begun in a second, whatever the answers. */
  readonly perSecond: number;
  readonly seconds: number;
}

const MOST_PER_SECOND = 50;
const MOST_SECONDS = 600;

export const USAGE = `TOKEN=… node_modules/.bin/node bench/deployed/run.ts --target=https://… [--per-second=2] [--seconds=30]
  At most ${MOST_PER_SECOND} operations a second for ${MOST_SECONDS} s. The target must be yours: every operation costs money.`;

/** Reads arguments and TOKEN; the second member lists what is wrong with them. There is no default target. */
export function planOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { plan?: Plan; faults: string[] } {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { target: option, 'per-second': option, seconds: option },
  });
  const faults: string[] = [];
  const within = (name: string, text: string, most: number): number => {
    const value = Number(text);
    if (!(value > 0 && value <= most)) faults.push(`--${name} must be above 0 and at most ${most}`);
    return value;
  };
  const target = URL.parse(values.target ?? '');
  const loopback = target !== null && ['localhost', '127.0.0.1', '[::1]'].includes(target.hostname);
  if (target === null) faults.push('--target must name the deployment');
  else if (target.protocol !== 'https:' && !loopback)
    faults.push('--target must be https, or on this machine');
  const token = env['TOKEN'] ?? '';
  if (token === '') faults.push("TOKEN must be a tenant's bearer token");
  const perSecond = within('per-second', values['per-second'] ?? '2', MOST_PER_SECOND);
  const seconds = within('seconds', values.seconds ?? '30', MOST_SECONDS);
  if (target === null || faults.length > 0) return { faults };
  return { plan: { target, token, perSecond, seconds }, faults };
}

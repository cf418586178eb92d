import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Gives the next number from 0 to 1, without 1. */
export type Random = () => number;

/** `xoroshiro128plus` is no choice: of every small seed its first number is 1, but for some millionths. */
export function seeded(seed: number): Random {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}

/** How long something takes, in milliseconds. */
export type Duration =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** One of these, each as likely. */
  | { readonly kind: 'sample'; readonly ms: readonly number[] }
  /** By what half of the times and one in twenty exceed: the form that latencies of language models have. */
  | { readonly kind: 'lognormal'; readonly p50Ms: number; readonly p95Ms: number };

/** The 95th percentile of the standard normal distribution. */
const NORMAL_P95 = 1.6448536269514722;

export function drawn(duration: Duration, random: Random): number {
  switch (duration.kind) {
    case 'constant':
      return duration.ms;
    case 'exponential':
      return exponential(duration.meanMs, random);
    case 'sample':
      return duration.ms[Math.floor(random() * duration.ms.length)] ?? 0;
    case 'lognormal':
      return (
        duration.p50Ms * Math.exp((Math.log(duration.p95Ms / duration.p50Ms) / NORMAL_P95) * normal(random))
      );
  }
}

export const meanOf = (duration: Duration): number => {
  switch (duration.kind) {
    case 'constant':
      return duration.ms;
    case 'exponential':
      return duration.meanMs;
    case 'sample':
      return duration.ms.reduce((sum, ms) => sum + ms, 0) / Math.max(1, duration.ms.length);
    case 'lognormal':
      return duration.p50Ms * Math.exp((Math.log(duration.p95Ms / duration.p50Ms) / NORMAL_P95) ** 2 / 2);
  }
};

/** The time to the next event of a Poisson process, which has one every `meanMs`. */
export const exponential = (meanMs: number, random: Random): number => -Math.log(1 - random()) * meanMs;

/** Box and Muller, A Note on the Generation of Random Normal Deviates, 1958. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The times of a Poisson process, in milliseconds from its begin. */
export function poissonTimes(perSecond: number, forMs: number, random: Random): number[] {
  const times: number[] = [];
  for (
    let at = exponential(1000 / perSecond, random);
    at < forMs;
    at += exponential(1000 / perSecond, random)
  )
    times.push(at);
  return times;
}

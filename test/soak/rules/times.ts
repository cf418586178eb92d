import type { Facts, Rule, Sighting } from '../facts.ts';

/** ISO 8601, UTC, with milliseconds. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** How far the monotonic clock of the run may have gone from the service’s. */
const TOLERANCE_MS = 1000;

const timesOf = ({ created_at, updated_at, completed_at }: Sighting): string[] => [
  created_at,
  ...(completed_at === undefined ? [] : [completed_at]),
  updated_at,
];

const rule = (name: string, isBroken: (seen: Sighting, facts: Facts) => boolean): Rule => ({
  name,
  breaches: (facts) =>
    facts.operations.flatMap(({ id, sightings }) => {
      const broken = sightings.find((seen) => isBroken(seen, facts));
      return broken === undefined ? [] : [`${id}: ${timesOf(broken).join(' ')}`];
    }),
});

export const written = rule('not a time', (seen) =>
  timesOf(seen).some((time) => !ISO.test(time) || Number.isNaN(Date.parse(time))),
);

export const ordered = rule('ended before it began', (seen) => {
  const times = timesOf(seen).map((time) => Date.parse(time));
  return times.some((time, n) => time < (times[n - 1] ?? time));
});

export const madeInTime = rule('made before it was asked for', ({ id, created_at }, { operationOf }) => {
  const maker = operationOf.get(id)?.maker;
  return maker !== undefined && Date.parse(created_at) < maker.started - TOLERANCE_MS;
});

export const seenInTime = rule(
  'changed after it was seen',
  ({ updated_at, exchange }) => Date.parse(updated_at) > exchange.ended + TOLERANCE_MS,
);

export const latency = rule('took longer than it lived', ({ created_at, completed_at, latency_ms = 0 }) => {
  const lived = Date.parse(completed_at ?? created_at) - Date.parse(created_at);
  return completed_at !== undefined && (latency_ms < 0 || latency_ms > lived + TOLERANCE_MS);
});

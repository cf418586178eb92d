import { SWEEP_BUDGET_MS } from '../../../functions/worker.ts';
import { Agenda } from './agenda.ts';
import { exponential, meanOf, seeded } from './random.ts';
import { ServiceModel } from './service.ts';
import type { Settings } from './settings.ts';
import { Tally } from './tally.ts';

/** What a run came to. Times are milliseconds. */
export interface Outcome {
  readonly tally: Tally;
  /** From the first arrival to the last end. */
  readonly lastedMs: number;
  /** Finished operations a second, from the first arrival to the last end. */
  readonly perSecond: number;
  readonly meanUnfinished: number;
  readonly tasks: { readonly created: number; readonly dispatched: number; readonly givenUp: number };
  readonly calls: { readonly made: number; readonly answered: number; readonly most: number };
  readonly instances: {
    readonly most: number;
    readonly started: number;
    readonly refused: number;
    readonly billedMs: number;
    readonly computedMs: number;
  };
}

export interface Watching {
  /** Length of the stretches in `tally.buckets`. */
  readonly bucketMs?: number;
  /** The run ends then, whatever is unfinished. */
  readonly untilMs?: number;
  /** Called at the end of each stretch. */
  readonly onBucket?: (service: ServiceModel, tally: Tally) => void;
}

const SWEPT_AT_ONCE = 10;
const DAY_MS = 86_400_000;

/** Plays the settings to the end of the last operation. Pure: no clock, no chance but the seed's. */
export function simulate(settings: Settings, watching: Watching = {}): Outcome {
  const { bucketMs = 10_000, untilMs = 31 * DAY_MS, onBucket } = watching;
  const agenda = new Agenda();
  const tally = new Tally(bucketMs);
  const service = new ServiceModel(agenda, settings, tally);
  const arrived = arrive(agenda, settings, service);
  sweepRegularly(agenda, settings, service);
  const look = () => {
    tally.note(agenda.now - bucketMs / 2, service.workers.count);
    onBucket?.(service, tally);
    agenda.after(bucketMs, look);
  };
  agenda.after(bucketMs, look);
  agenda.run(untilMs, () => arrived() && service.unfinished.size === 0);
  const lastedMs = tally.ends.at(-1) ?? 0;
  const sum = (of: (queue: (typeof service.queues)[number]) => number) =>
    service.queues.reduce((total, queue) => total + of(queue), 0);
  const { workers, provider } = service;
  return {
    tally,
    lastedMs,
    perSecond: lastedMs === 0 ? 0 : (tally.finished / lastedMs) * 1000,
    meanUnfinished: tally.meanUnfinished(agenda.now),
    tasks: {
      created: sum(({ created }) => created),
      dispatched: sum(({ dispatched }) => dispatched),
      givenUp: sum(({ givenUp }) => givenUp),
    },
    calls: { made: provider.calls, answered: provider.answered, most: provider.mostUnderWay },
    instances: {
      most: workers.most,
      started: workers.started,
      refused: workers.refused,
      billedMs: workers.billedMs,
      computedMs: workers.computedMs,
    },
  };
}

/** Lets the operations come. The result tells whether all have. */
function arrive(agenda: Agenda, { arrivals, tenants, seed }: Settings, service: ServiceModel): () => boolean {
  const random = seeded(seed);
  const tenant = () => `tenant-${Math.floor(random() * tenants)}`;
  if (arrivals.kind === 'times') {
    let left = arrivals.atMs.length;
    for (const at of arrivals.atMs)
      agenda.at(at, () => {
        left -= 1;
        service.submit(tenant());
      });
    return () => left === 0;
  }
  const { perSecond, forMs } = arrivals;
  let over = false;
  const next = () => {
    agenda.after(exponential(1000 / perSecond, random), () => {
      if (agenda.now > forMs) {
        over = true;
        return;
      }
      service.submit(tenant());
      next();
    });
  };
  next();
  return () => over;
}

/** Takes up what is due, ten at once, for as long as a sweep may take. */
function sweepRegularly(agenda: Agenda, { sweepEveryMs, steps }: Settings, service: ServiceModel): void {
  const batchMs = Math.max(1, steps.storeWriteMs + meanOf(steps.enqueue));
  const most = Math.floor(SWEEP_BUDGET_MS / batchMs) * SWEPT_AT_ONCE;
  const sweep = () => {
    const { now } = agenda;
    const due = [...service.unfinished.values()].filter(({ due_at }) => due_at <= now);
    due.sort((a, b) => a.due_at - b.due_at);
    for (const [n, { id }] of due.slice(0, most).entries())
      agenda.after(Math.floor(n / SWEPT_AT_ONCE) * batchMs, () => service.takeUp(id));
    agenda.after(sweepEveryMs, sweep);
  };
  agenda.after(sweepEveryMs, sweep);
}

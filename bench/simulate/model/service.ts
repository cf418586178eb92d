import { answerTo, HELD } from '../../../functions/worker.ts';
import type { AttemptEnd } from '../../../shared/operations/attempt/attempt.ts';
import { decide } from '../../../shared/operations/attempt/decide.ts';
import { isFinished, type Operation, type Unfinished } from '../../../shared/operations/record/record.ts';
import { deliveryGrace, isRefusal, transition } from '../../../shared/operations/record/transitions.ts';
import { createRateQuota, type RateQuota } from '../../../shared/quota/rate.ts';
import type { Agenda } from './agenda.ts';
import { endOf, eventOf } from './attempt.ts';
import { InstancesModel, type Place } from './instances.ts';
import { leaseLooks } from './lease-looks.ts';
import { ProviderModel } from './provider.ts';
import { drawn, type Random, seeded } from './random.ts';
import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';
import { type Dispatch, TaskQueueModel } from './task-queue.ts';

/** Longer than the attempt, as in `shared/operations/work/work.ts`. */
const LEASE_MARGIN_MS = 30_000;

/**
 * The service: admission, store, queues, workers and models. What may happen to an operation, what follows an attempt, and
 * what the queue is answered is decided by the service's own functions; here is only how long each step takes and what it
 * waits for.
 */
export class ServiceModel {
  readonly unfinished = new Map<string, Unfinished>();
  readonly queues: readonly TaskQueueModel[];
  readonly workers: InstancesModel;
  readonly provider: ProviderModel;
  readonly #agenda: Agenda;
  readonly #settings: Settings;
  readonly #tally: Tally;
  readonly #random: Random;
  readonly #rate: RateQuota;
  readonly #ofTenant = new Map<string, number>();
  #ids = 0;

  constructor(agenda: Agenda, settings: Settings, tally: Tally) {
    const { seed, quota, queue, queues, worker, provider } = settings;
    this.#agenda = agenda;
    this.#settings = settings;
    this.#tally = tally;
    this.#random = seeded(seed * 7 + 1);
    this.#rate = createRateQuota(quota.requestsPerMinute * quota.submitInstances);
    this.queues = Array.from({ length: queues }, () => new TaskQueueModel(agenda, queue, this.#random));
    this.workers = new InstancesModel(agenda, worker);
    this.provider = new ProviderModel(agenda, provider, this.#random);
  }

  /** A request for an asynchronous operation. */
  submit(tenant_id: string): void {
    const { now } = this.#agenda;
    const { quota, steps } = this.#settings;
    if (!this.#rate.charge(tenant_id, now).allowed) {
      this.#tally.refused.rate += 1;
      return;
    }
    if ((this.#ofTenant.get(tenant_id) ?? 0) >= quota.unfinishedOperations) {
      this.#tally.refused.unfinished += 1;
      return;
    }
    this.#ids += 1;
    const operation: Unfinished = {
      id: String(this.#ids),
      tenant_id,
      request_id: '',
      endpoint: 'proofread',
      status: 'queued',
      input: {},
      created_at: now,
      updated_at: now,
      expire_at: Number.POSITIVE_INFINITY,
      due_at: now + deliveryGrace(0),
      attempts: 0,
      generation: 0,
    };
    this.#ofTenant.set(tenant_id, (this.#ofTenant.get(tenant_id) ?? 0) + 1);
    this.unfinished.set(operation.id, operation);
    this.#tally.accept(now);
    this.#tally.rpcs.writes += 1;
    this.#agenda.after(steps.storeWriteMs, () => this.enqueue(operation));
  }

  /** Makes the task of an operation's present generation. */
  enqueue({ id, generation, resume_at = 0 }: Unfinished): void {
    const { lostTasks, steps } = this.#settings;
    if (lostTasks > 0 && this.#random() < lostTasks) return;
    const queue = this.queues[Number(id) % this.queues.length];
    const delayMs = Math.max(0, resume_at - this.#agenda.now);
    const name = `${id}-${generation}`;
    queue?.add(
      { name, dispatch: (dispatch) => this.#deliver(id, name, dispatch) },
      drawn(steps.enqueue, this.#random) + delayMs,
    );
  }

  #deliver(id: string, task: string, dispatch: Dispatch): void {
    const { steps } = this.#settings;
    this.workers.request(
      (place) =>
        place.compute(steps.claimProcessorMs, () => {
          this.#tally.rpcs.reads += 1;
          this.#agenda.after(steps.storeReadMs, () => this.#claim(id, task, dispatch, place));
        }),
      () => dispatch.end(429),
    );
  }

  #claim(id: string, task: string, dispatch: Dispatch, place: Place): void {
    const end = (status: number) => {
      place.leave();
      dispatch.end(status);
    };
    const { limits, steps } = this.#settings;
    const { now } = this.#agenda;
    const operation = this.unfinished.get(id);
    if (operation === undefined) {
      end(200);
      return;
    }
    const token = `${task}/${dispatch.retries}`;
    const claimed = transition(
      operation,
      {
        type: 'claim',
        lease: { token, task, dispatch: dispatch.retries },
        refusedBefore: dispatch.lastStatus === HELD,
        leaseMs: limits.attemptTimeoutMs + LEASE_MARGIN_MS,
        limits,
      },
      now,
    );
    if (isRefusal(claimed)) {
      if (claimed.refused === 'not-due') this.enqueue(operation);
      end(claimed.refused === 'held' ? HELD : 200);
      return;
    }
    this.#tally.rpcs.writes += 1;
    this.#keep(claimed);
    this.#agenda.after(steps.storeWriteMs, () => {
      if (isFinished(claimed)) {
        end(200);
        return;
      }
      this.#attempt(claimed, token, place, end);
    });
  }

  #attempt(claimed: Unfinished, token: string, place: Place, end: (status: number) => void): void {
    const { limits, steps } = this.#settings;
    const begun = this.#agenda.now;
    const timeoutMs = Math.max(
      1,
      Math.min(limits.attemptTimeoutMs, claimed.created_at + limits.maxAgeMs - begun),
    );
    this.#tally.attempts += 1;
    let over = false;
    const conclude = (ended: AttemptEnd) => {
      if (over) return;
      over = true;
      this.#tally.rpcs.reads += leaseLooks(this.#agenda.now - begun);
      place.compute(steps.finishProcessorMs, () => this.#conclude(claimed.id, token, ended, end));
    };
    const asking = { operation: Number(claimed.id) - 1, attempt: claimed.attempts };
    this.provider.analyse(asking, (analysed) => conclude(endOf(analysed)));
    this.#agenda.after(timeoutMs, () => conclude({ kind: 'timed-out' }));
  }

  #conclude(id: string, token: string, ended: AttemptEnd, end: (status: number) => void): void {
    const { limits, steps } = this.#settings;
    const { now } = this.#agenda;
    const operation = this.unfinished.get(id);
    if (operation === undefined) {
      end(200);
      return;
    }
    const decision = decide(ended, operation, limits, now, this.#random);
    const event = eventOf(decision, token);
    const next = event && transition(operation, event, now);
    if (next === undefined || isRefusal(next)) {
      end(isFinished(operation) ? 200 : HELD);
      return;
    }
    this.#tally.rpcs.writes += 1;
    this.#keep(next);
    this.#agenda.after(steps.storeWriteMs, () => {
      if (!isFinished(next)) this.enqueue(next);
      const worked =
        decision.kind === 'retry'
          ? ({ ...decision, kind: 'rescheduled' } as const)
          : ({ kind: 'done', status: next.status } as const);
      end(answerTo(worked).status);
    });
  }

  /** Stores what became of an operation. */
  #keep(operation: Operation): void {
    if (!isFinished(operation)) {
      this.unfinished.set(operation.id, operation);
      return;
    }
    const { tenant_id, id } = operation;
    this.unfinished.delete(id);
    this.#ofTenant.set(tenant_id, (this.#ofTenant.get(tenant_id) ?? 0) - 1);
    this.#tally.finish(operation, this.#agenda.now);
  }

  /** What the sweep does to one operation that is due. */
  takeUp(id: string): void {
    const { limits, steps } = this.#settings;
    const { now } = this.#agenda;
    const operation = this.unfinished.get(id);
    if (operation === undefined || operation.due_at > now) return;
    const overdue = now - operation.created_at >= limits.maxAgeMs;
    const next = transition(operation, { type: overdue ? 'pass-deadline' : 'requeue' }, now);
    if (isRefusal(next)) return;
    this.#tally.rpcs.writes += 1;
    this.#keep(next);
    if (!isFinished(next)) this.#agenda.after(steps.storeWriteMs, () => this.enqueue(next));
  }
}

import { answerTo, SWEEP_BUDGET_MS } from '../../functions/worker.ts';
import { problemOf } from '../../shared/http/respond.ts';
import type { Services } from '../../shared/operations/services.ts';
import { type Swept, sweep } from '../../shared/operations/work/sweep.ts';
import { type Delivery, work } from '../../shared/operations/work/work.ts';
import { retryAfterMs } from '../../shared/retry-after.ts';
import type { Outcome } from '../cloud-tasks/outcome.ts';

/** The worker of `npm start`. It does in the process what the deployed function does for Cloud Tasks and Cloud Scheduler. */
export class LocalWorker {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Runs one dispatch. Never rejects; the outcome is the one that the deployed function would answer. */
  async run(delivery: Delivery): Promise<Outcome> {
    try {
      const { status, headers } = answerTo(await work(this.#services, delivery));
      return { status, retryAfterMs: retryAfterMs(headers?.['Retry-After'], Date.now()) };
    } catch (error) {
      const { status, code, headers } = problemOf(error);
      const { operation_id } = delivery;
      this.#services.log[code === 'internal-error' ? 'error' : 'warn']({ err: error, operation_id }, code);
      return { status, retryAfterMs: retryAfterMs(headers['Retry-After'], Date.now()) };
    }
  }

  /** @throws {StoreUnavailable} */
  async sweep(): Promise<Swept> {
    const swept = await sweep(this.#services, { budgetMs: SWEEP_BUDGET_MS });
    const quiet = Object.values(swept).every((count) => count === 0);
    this.#services.log[quiet ? 'debug' : 'info']({ outcome: 'swept', ...swept }, 'sweep');
    return swept;
  }
}

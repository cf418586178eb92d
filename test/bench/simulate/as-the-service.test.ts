import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Agenda } from '../../../bench/simulate/model/agenda.ts';
import { leaseLooks } from '../../../bench/simulate/model/lease-looks.ts';
import { type QueueSettings, TaskQueueModel } from '../../../bench/simulate/model/task-queue.ts';
import { Dispatcher } from '../../../local/cloud-tasks/dispatcher.ts';
import type { Log } from '../../../shared/log.ts';
import { watchLease } from '../../../shared/operations/attempt/lease-watch.ts';
import { LeasedRecord } from '../../../shared/operations/attempt/leased-record.ts';
import type { OperationStore } from '../../../shared/operations/store/port.ts';
import { running } from '../../contract/records.ts';

const QUEUE: QueueSettings = {
  dispatchesPerSecond: Number.POSITIVE_INFINITY,
  concurrentDispatches: 6,
  backoff: { minMs: 250, maxMs: 30_000 },
  maxDispatches: 5,
};
const TASKS = 60;
const TASK_MS = 397;
/** Always the same, so that both do the same. */
const random = () => 0.4;

/** Some tasks are throttled, some fail, one never succeeds. */
function statusOf(task: number, retries: number): number {
  if (task === 7) return 500;
  if (task % 9 === 0 && retries < 2) return 429;
  if (task % 5 === 0 && retries === 0) return 500;
  return 200;
}

describe('what the model does itself is what the service does', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('the queue dispatches when the stand-in for Cloud Tasks does', async () => {
    const real: string[] = [];
    const { concurrentDispatches, maxDispatches: maxAttempts, backoff } = QUEUE;
    const limits = { minBackoffMs: backoff.minMs, maxBackoffMs: backoff.maxMs };
    const dispatcher = new Dispatcher({
      queue: { name: 'q', maxConcurrentDispatches: concurrentDispatches, maxAttempts, ...limits },
      random,
      dispatch: async ({ task, retries }) => {
        real.push(`${Date.now()} ${task.name} ${retries}`);
        await new Promise((resolve) => setTimeout(resolve, TASK_MS));
        return { status: statusOf(Number(task.name), retries) };
      },
    });
    for (let n = 1; n <= TASKS; n += 1) dispatcher.add({ name: String(n), scheduleAt: n * 20 });
    await vi.advanceTimersByTimeAsync(120_000);
    await dispatcher.close();

    const simulated: string[] = [];
    const agenda = new Agenda();
    const queue = new TaskQueueModel(agenda, QUEUE, random);
    for (let n = 1; n <= TASKS; n += 1) {
      const name = String(n);
      const dispatch: Parameters<typeof queue.add>[0]['dispatch'] = ({ retries, end }) => {
        simulated.push(`${agenda.now} ${name} ${retries}`);
        agenda.after(TASK_MS, () => end(statusOf(n, retries)));
      };
      queue.add({ name, dispatch }, n * 20);
    }
    agenda.run(120_000);

    expect(real.length).toBeGreaterThan(TASKS + 10);
    expect(simulated).toEqual(real);
    expect(queue.givenUp).toBe(1);
  });

  it.each([500, 1001, 3001, 7001, 12_001, 60_001])(
    'an attempt of %i ms looks as often at its record',
    async (ms) => {
      const operation = running('any');
      let reads = 0;
      const store = {
        read: async () => {
          reads += 1;
          return { operation, version: '1' };
        },
      } as unknown as OperationStore;
      const leased = new LeasedRecord(store, { operation, version: '1' }, Date.now);
      const watch = watchLease(store, leased, 't1', { debug: () => {} } as unknown as Log);
      await vi.advanceTimersByTimeAsync(ms);
      watch.stop();
      expect(leaseLooks(ms)).toBe(reads);
    },
  );
});

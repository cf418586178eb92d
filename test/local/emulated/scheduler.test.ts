import { describe, expect, it } from 'vitest';
import { createLocalScheduler } from '../../../local/emulated/scheduler.ts';
import { startTaskWorker } from '../../support/task-worker.ts';

const sign = (audience: string) => Promise.resolve(`token-for-${audience}`);

describe('local scheduler', () => {
  it('sweeps at once and again and again, with a token for the worker', async () => {
    await using worker = await startTaskWorker();
    const scheduler = createLocalScheduler({ deliverTo: () => worker.url, sign, everyMs: 20 });
    await worker.arrival(3);
    await scheduler.close();
    const [first, second] = worker.received;
    expect(first).toMatchObject({
      method: 'POST',
      path: '/tasks/sweep',
      headers: {
        authorization: `Bearer token-for-${worker.url}`,
        'user-agent': 'Google-Cloud-Scheduler',
        'x-cloudscheduler': 'true',
      },
    });
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(18);
    const count = worker.received.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(worker.received).toHaveLength(count);
  });

  it('goes on after a run that failed, and never starts a second beside one under way', async () => {
    await using worker = await startTaskWorker((_, index) =>
      index === 0 ? 500 : new Promise((resolve) => setTimeout(() => resolve(204), 30)),
    );
    const warnings: object[] = [];
    const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields) };
    const scheduler = createLocalScheduler({ deliverTo: () => worker.url, sign, everyMs: 5, log });
    await worker.arrival(3);
    await scheduler.close();
    expect(worker.load.most).toBe(1);
    expect(warnings).toMatchObject([{ status: 500 }]);
  });

  it('says of a run asked for whether the worker acknowledged it', async () => {
    await using worker = await startTaskWorker((_, index) => (index < 2 ? 204 : 503));
    const scheduler = createLocalScheduler({ deliverTo: () => worker.url, sign, everyMs: 60_000 });
    await worker.arrival(1);
    expect([await scheduler.runNow(), await scheduler.runNow()]).toEqual([true, false]);
    await scheduler.close();
  });
});

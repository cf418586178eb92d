import { describe, expect, it } from 'vitest';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { DELIVERY_GRACE_MS } from '../../../shared/operations/record/transitions.ts';
import { recover, sweep } from '../../../shared/operations/work/sweep.ts';
import { taskName } from '../../../shared/queue/port.ts';
import { running } from '../../contract/records.ts';
import { nothingFound } from '../../support/scripted-provider.ts';
import {
  deliver,
  deliverDue,
  done,
  drawNothing,
  fixture,
  ID,
  LIMITS,
  put,
  reopen,
  stored,
  unavailable,
} from './delivering.ts';

describe('an attempt that fails', () => {
  it('is followed by another after a pause, by a task of its own; until then it is running without a lease', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable();
    expect(await deliver()).toEqual({ kind: 'rescheduled', afterMs: 2000, throttled: false });
    const resume_at = fixture.clock.now + 2000;
    expect(await stored()).toMatchObject({ status: 'running', attempts: 1, generation: 1, resume_at });
    expect(await stored()).not.toHaveProperty('lease');
    expect(fixture.queue.tasks).toMatchObject([{ operation_id: ID, generation: 1, delay_ms: 2000 }]);
    fixture.provider.script = nothingFound;
    expect(await deliverDue()).toEqual(done('succeeded'));
    expect(await stored()).not.toHaveProperty('resume_at');
  });

  it('is followed by none before its time, and counts none: a delivery too soon sees that there is a task', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 30_000 });
    await deliver();
    fixture.queue.tasks.length = 0;
    for (const [elapsed, left] of [
      [0, 30_000],
      [29_000, 1000],
    ] as const) {
      fixture.clock.now += elapsed;
      expect(await deliver({ dispatch: 1 })).toEqual(done('running'));
      expect(fixture.queue.tasks.at(-1)).toMatchObject({ generation: 1, delay_ms: left });
    }
    expect(await stored()).toMatchObject({ attempts: 1, generation: 1 });
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('keeps its own task where that comes too soon by this machine’s clock: it is delivered again', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable();
    await deliver();
    const [made] = fixture.queue.tasks;
    const task = taskName(made ?? { operation_id: '', generation: -1 });
    fixture.clock.now += 1000;
    expect(await deliver({ task })).toEqual({ kind: 'held' });
    fixture.provider.script = nothingFound;
    fixture.clock.now += 1000;
    expect(await deliver({ task, dispatch: 1, refusedBefore: true })).toEqual(done('succeeded'));
  });

  it('keeps the provider’s delay over a restart of the only worker', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 30_000 });
    await deliver();
    fixture.clock.now += 10_000;
    expect(await recover(fixture.services)).toBe(1);
    expect(fixture.queue.tasks.at(-1)).toMatchObject({ generation: 2, delay_ms: 20_000 });
    expect(await deliver({ task: 'task-b' })).toEqual(done('running'));
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('outlasts a provider that is away for ten minutes, or asks for its own pauses', async () => {
    for (const [name, retryAfterMs] of [
      ['silent', undefined],
      ['asking', 30_000],
    ] as const) {
      await reopen({ ...LIMITS, maxAttempts: 5 });
      await put();
      const back = fixture.clock.now + 600_000;
      fixture.provider.script = (call) => {
        if (fixture.clock.now >= back) return nothingFound(call);
        throw new ProviderUnavailable('away', retryAfterMs === undefined ? {} : { retryAfterMs });
      };
      let worked = await deliver();
      while (worked.kind === 'rescheduled') worked = await deliverDue();
      expect(worked, name).toEqual(done('succeeded'));
      expect(fixture.clock.now, name).toBeLessThan(back + 300_000);
    }
  });

  it('slows the queue where the provider says that it is too much', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ throttled: true, retryAfterMs: 7000 });
    expect(await deliver()).toEqual({ kind: 'rescheduled', afterMs: 7000, throttled: true });
  });

  it('fails by our own limit, with the provider called as often as the limit says', async () => {
    await put();
    fixture.provider.script = unavailable();
    expect(await deliver()).toMatchObject({ kind: 'rescheduled' });
    expect(await deliverDue()).toMatchObject({ kind: 'rescheduled' });
    expect(await deliverDue()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'provider-unavailable' }, attempts: 3 });
    expect(await deliver({ dispatch: 3 })).toEqual(done('failed'));
    expect(fixture.provider.calls).toHaveLength(3);
  });

  it('fails at once, with all that is left unused, where the provider asks for longer than there is', async () => {
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 50_000_000, throttled: true });
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({
      attempts: 1,
      error: { code: 'provider-unavailable', message: expect.stringContaining('asked to be left alone') },
    });
    expect(fixture.queue.tasks).toEqual([]);
  });

  it('that the queue takes no task for is followed by the sweep’s, after the pause', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 40_000 });
    fixture.queue.down = true;
    expect(await deliver()).toMatchObject({ kind: 'rescheduled' });
    fixture.queue.down = false;
    fixture.clock.now += 40_000 + DELIVERY_GRACE_MS - 1;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 0 });
    fixture.clock.now += 1;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 1 });
    fixture.provider.script = nothingFound;
    expect(await deliverDue()).toEqual(done('succeeded'));
  });

  it('is acknowledged at once where asking again cannot help', async () => {
    await put();
    fixture.provider.script = () => Promise.reject(new ProviderRejected('provider-request-rejected', 'no'));
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'provider-request-rejected', message: 'no' } });
  });

  it('whose process died each time ends as attempts-exhausted', async () => {
    await put(running('op', { lease: undefined, attempts: LIMITS.maxAttempts }));
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'attempts-exhausted' } });
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('says nothing of a fault of ours, but logs it', async () => {
    await put(running('op', { lease: undefined, attempts: LIMITS.maxAttempts - 1 }));
    fixture.provider.script = () => Promise.reject(new TypeError('secret internals'));
    expect(await deliver()).toEqual(done('failed'));
    expect(JSON.stringify(await stored())).not.toContain('secret');
    expect(JSON.stringify(fixture.logged)).toContain('secret internals');
  });
});

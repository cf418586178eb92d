import { describe, expect, it, vi } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { hangs } from '../../support/scripted-provider.ts';
import { deliver, done, firstCallWaits, fixture, ID, LIMITS, put, stored } from './delivering.ts';

describe('time', () => {
  const useTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

  it('an operation past its age fails without another attempt', async () => {
    await put();
    fixture.clock.now += LIMITS.maxAgeMs;
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'deadline-exceeded' }, attempts: 0 });
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('an attempt is aborted at its limit, and retried', async () => {
    useTimers();
    await put();
    fixture.provider.script = hangs;
    const worked = deliver();
    await vi.advanceTimersByTimeAsync(LIMITS.attemptTimeoutMs);
    expect(await worked).toMatchObject({ kind: 'rescheduled', throttled: false });
    expect(fixture.provider.calls[0]?.context.signal.aborted).toBe(true);
  });

  it('an attempt does not outlive the operation’s age', async () => {
    useTimers();
    await put();
    fixture.clock.now += LIMITS.maxAgeMs - 5000;
    fixture.provider.script = hangs;
    const worked = deliver();
    await vi.advanceTimersByTimeAsync(4999);
    expect(fixture.provider.calls[0]?.ended).toBe(false);
    fixture.clock.now += 5000;
    await vi.advanceTimersByTimeAsync(1);
    expect(await worked).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'deadline-exceeded' } });
  });

  it('cancelling aborts the provider’s call within a second, and its answer is discarded', async () => {
    useTimers();
    await put();
    fixture.provider.script = hangs;
    const worked = deliver();
    await fixture.provider.called(1);
    await cancel(fixture.services, 'school-1', ID);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await worked).toEqual(done('cancelled'));
    expect(fixture.provider.calls[0]?.context.signal.aborted).toBe(true);
    expect(await stored()).toMatchObject({ status: 'cancelled' });
  });

  it('an answer that comes between the cancelling and the look is discarded too', async () => {
    await put();
    const letGo = firstCallWaits();
    const worked = deliver();
    await fixture.provider.called(1);
    await cancel(fixture.services, 'school-1', ID);
    letGo();
    expect(await worked).toEqual(done('cancelled'));
    expect(await stored()).toMatchObject({ status: 'cancelled' });
  });

  it('an attempt is aborted when a later delivery takes over, and the later attempt goes on', async () => {
    useTimers();
    await put();
    fixture.provider.script = hangs;
    const zombie = deliver({ dispatch: 0 });
    await fixture.provider.called(1);
    const second = deliver({ dispatch: 1 });
    await fixture.provider.called(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await zombie).toEqual({ kind: 'held' });
    expect(fixture.provider.calls[1]?.ended).toBe(false);
    await vi.advanceTimersByTimeAsync(LIMITS.attemptTimeoutMs);
    expect(await second).toMatchObject({ kind: 'rescheduled' });
  });

  it('progress is written at most once in five seconds, and a look that fails changes nothing', async () => {
    useTimers();
    await put();
    const letGo = firstCallWaits();
    const worked = deliver();
    const { context } = await fixture.provider.called(1);
    fixture.interpose(() => ({ read: () => Promise.reject(new StoreUnavailable('away')) }));
    context.onProgress?.(0.25);
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000);
    expect(fixture.storeCalls.update).toBe(1);
    fixture.interpose(() => ({}));
    await vi.advanceTimersByTimeAsync(5000);
    expect(fixture.storeCalls.update).toBe(2);
    expect(await stored()).toMatchObject({ status: 'running', progress: 0.25 });
    context.onProgress?.(0.1);
    context.onProgress?.(0.5);
    await vi.advanceTimersByTimeAsync(4999);
    expect(fixture.storeCalls.update).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await stored()).toMatchObject({ progress: 0.5 });
    letGo();
    expect(await worked).toEqual(done('succeeded'));
    expect(await stored()).not.toHaveProperty('progress');
  });

  it('nobody looks at the record any more when the attempt has ended', async () => {
    useTimers();
    await put();
    expect(await deliver()).toEqual(done('succeeded'));
    const { read } = fixture.storeCalls;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fixture.storeCalls.read).toBe(read);
  });

  it('progress that meets a cancelled operation aborts the call', async () => {
    useTimers();
    await put();
    fixture.provider.script = (call) => {
      call.context.onProgress?.(0.5);
      return hangs(call);
    };
    const worked = deliver();
    await fixture.provider.called(1);
    await vi.advanceTimersByTimeAsync(7000);
    await cancel(fixture.services, 'school-1', ID);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await worked).toEqual(done('cancelled'));
  });
});

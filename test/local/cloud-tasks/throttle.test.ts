import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from '../../../local/cloud-tasks/throttle.ts';

describe('throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lets nothing through while it holds, then half, and one more with each acknowledgement', () => {
    const released = vi.fn();
    const throttle = new Throttle(8, released);
    expect(throttle.limit).toBe(8);
    throttle.slowDown(100);
    expect(throttle.limit).toBe(0);
    vi.advanceTimersByTime(99);
    expect(released).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(released).toHaveBeenCalledOnce();
    expect(throttle.limit).toBe(4);
    throttle.recover();
    expect(throttle.limit).toBe(5);
  });

  it('never goes under one nor over its most', () => {
    const throttle = new Throttle(3, () => undefined);
    for (let n = 0; n < 5; n += 1) {
      throttle.slowDown(1);
      vi.advanceTimersByTime(1);
    }
    expect(throttle.limit).toBe(1);
    for (let n = 0; n < 5; n += 1) throttle.recover();
    expect(throttle.limit).toBe(3);
  });

  it('takes what it is told while it holds for the same news', () => {
    const throttle = new Throttle(8, () => undefined);
    for (let n = 0; n < 8; n += 1) throttle.slowDown(100);
    expect(throttle.count).toBe(1);
    vi.advanceTimersByTime(100);
    expect(throttle.limit).toBe(4);
  });

  it('counts anew after an acknowledgement', () => {
    const throttle = new Throttle(8, () => undefined);
    throttle.slowDown(1);
    vi.advanceTimersByTime(1);
    throttle.slowDown(1);
    expect(throttle.count).toBe(2);
    throttle.recover();
    expect(throttle.count).toBe(0);
  });

  it('leaves no timer when closed', () => {
    const throttle = new Throttle(8, () => undefined);
    throttle.slowDown(1000);
    throttle.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

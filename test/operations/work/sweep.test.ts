import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isFinished } from '../../../shared/operations/record/record.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { recover, sweep } from '../../../shared/operations/work/sweep.ts';
import { idOf, queued, running, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const MAX_AGE_MS = 3_600_000;
let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices({ maxAgeMs: MAX_AGE_MS });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const put = (op: Parameters<typeof fixture.services.store.create>[0]) => fixture.services.store.create(op);
const stored = async (name: string) => (await fixture.services.store.read(idOf(name)))?.operation;
const swept = async (budgetMs = 1000) => {
  const { oldest_s: _, ...counts } = await sweep(fixture.services, { budgetMs });
  return counts;
};

describe('the sweep', () => {
  it('gives what is due a new task, fails what is too old, and leaves the rest', async () => {
    const { now } = fixture.clock;
    const lease = { token: 't', task: 'a', dispatch: 0, expires_at: now };
    await put(queued('due', { due_at: now }));
    await put(running('crashed', { due_at: now, lease }));
    await put(queued('old', { due_at: now, created_at: now - MAX_AGE_MS }));
    await put(queued('young', { due_at: now + 1 }));
    await put(running('held', { due_at: now + 1, created_at: now - MAX_AGE_MS }));
    await put(succeeded('over', {}));
    expect(await swept()).toEqual({ requeued: 2, overdue: 1, passed: 0, failed: 0 });
    expect(fixture.queue.tasks.map(({ operation_id }) => operation_id).sort()).toEqual(
      [idOf('due'), idOf('crashed')].sort(),
    );
    expect(await stored('crashed')).toMatchObject({ status: 'running', generation: 1 });
    expect(await stored('crashed')).not.toHaveProperty('lease');
    expect(await stored('old')).toMatchObject({ status: 'failed', error: { code: 'deadline-exceeded' } });
    expect(await swept()).toEqual({ requeued: 0, overdue: 0, passed: 0, failed: 0 });
  });

  it('says how long the oldest that it found has waited since it was created, and reads nothing more for that', async () => {
    const { now } = fixture.clock;
    await put(queued('waiting', { due_at: now - 2, created_at: now - 95_900 }));
    await put(queued('younger', { due_at: now - 9, created_at: now - 40_000 }));
    await put(queued('not due', { due_at: now + 1, created_at: now - 900_000 }));
    fixture.interpose(() => ({ read: () => Promise.reject(new Error('a read')) }));
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 2, oldest_s: 95 });
    expect(await sweep(fixture.services, { budgetMs: 1000 })).not.toHaveProperty('oldest_s');
  });

  it('waits longer after each task that came to nothing', async () => {
    await put(queued('lost', { due_at: fixture.clock.now }));
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await swept();
      const op = await stored('lost');
      if (op === undefined || isFinished(op)) throw new Error('gone');
      waits.push(op.due_at - fixture.clock.now);
      fixture.clock.now = op.due_at;
    }
    expect(waits).toEqual([60_000, 120_000, 240_000, 480_000]);
    expect(fixture.queue.tasks.map(({ generation }) => generation)).toEqual([1, 2, 3, 4]);
  });

  it('works through more than one page', async () => {
    for (let at = 0; at < 120; at += 1) await put(queued(`many-${at}`, { due_at: fixture.clock.now }));
    expect(await swept(600_000)).toEqual({ requeued: 120, overdue: 0, passed: 0, failed: 0 });
    expect(new Set(fixture.queue.tasks.map(({ operation_id }) => operation_id)).size).toBe(120);
  });

  it('leaves what another changed meanwhile to that other', async () => {
    await put(queued('raced', { due_at: fixture.clock.now }));
    fixture.interpose(() => ({ update: async () => undefined }));
    expect(await swept()).toEqual({ requeued: 0, overdue: 0, passed: 1, failed: 0 });
    expect(fixture.queue.tasks).toEqual([]);
  });

  describe('one record that cannot be written', () => {
    const poison = (...ids: string[]) =>
      fixture.interpose((store) => ({
        update: async (op, version) => {
          if (ids.includes(op.id)) throw new RecordTooLarge('2 MB');
          return store.update(op, version);
        },
      }));

    it('keeps no other from its task, is counted and logged without its text', async () => {
      const { now } = fixture.clock;
      for (let n = 0; n < 25; n += 1) await put(queued(`n${n}`, { due_at: now }));
      poison(idOf('n3'));
      expect(await swept()).toEqual({ requeued: 24, overdue: 0, passed: 0, failed: 1 });
      expect(fixture.logged).toContainEqual(
        expect.objectContaining({ operation_id: idOf('n3'), outcome: 'not-taken-up', severity: 'ERROR' }),
      );
      expect(JSON.stringify(fixture.logged)).not.toContain('வந்தான்');
    });

    it('times a whole page keeps no other from its task, and is tried once in a sweep', async () => {
      const { now } = fixture.clock;
      const names = Array.from({ length: 110 }, (_, n) => `bad-${n}`);
      for (const name of names) await put(queued(name, { due_at: now - 5 }));
      for (const name of ['good', 'better']) await put(queued(name, { due_at: now }));
      poison(...names.map(idOf));
      expect(await swept(600_000)).toEqual({ requeued: 2, overdue: 0, passed: 0, failed: 110 });
    });

    it('comes after all others for a while, and is tried again', async () => {
      await put(queued('bad', { due_at: fixture.clock.now }));
      poison(idOf('bad'));
      expect(await swept()).toMatchObject({ failed: 1 });
      expect(await swept()).toMatchObject({ failed: 0 });
      expect(fixture.logged).toHaveLength(1);
      fixture.clock.now += 5 * 60_000;
      expect(await swept()).toMatchObject({ failed: 1 });
      fixture.interpose(() => ({}));
      fixture.clock.now += 5 * 60_000;
      expect(await swept()).toMatchObject({ requeued: 1 });
    });

    it('nor postponed keeps no other from its task', async () => {
      const { now } = fixture.clock;
      for (const name of ['bad', 'good']) await put(queued(name, { due_at: now }));
      fixture.interpose((store) => ({
        update: async (op, version) => {
          if (op.id === idOf('bad')) throw new RecordTooLarge('2 MB');
          return store.update(op, version);
        },
        postpone: () => Promise.reject(new Error('not even that')),
      }));
      expect(await swept()).toMatchObject({ requeued: 1, failed: 1 });
    });

    it('beside one that the store does not answer for is its own fault: the sweep goes on', async () => {
      for (const name of ['away', 'bad']) await put(queued(name, { due_at: fixture.clock.now }));
      fixture.interpose(() => ({
        update: (op) =>
          Promise.reject(op.id === idOf('bad') ? new RecordTooLarge('2 MB') : new StoreUnavailable('down')),
      }));
      expect(await swept()).toEqual({ requeued: 0, overdue: 0, passed: 0, failed: 2 });
    });

    it('for the store being away is no fault of the record: the sweep fails', async () => {
      for (const name of ['a', 'b']) await put(queued(name, { due_at: fixture.clock.now }));
      fixture.interpose(() => ({ update: () => Promise.reject(new StoreUnavailable('down')) }));
      await expect(swept()).rejects.toThrow(StoreUnavailable);
    });
  });

  it('one write that the store does not answer for keeps no other from its task, wherever it stands', async () => {
    const { now } = fixture.clock;
    const names = Array.from({ length: 25 }, (_, n) => `n${n}`);
    for (const [n, name] of names.entries()) await put(queued(name, { due_at: now - 25 + n }));
    for (const unanswered of ['n0', 'n9', 'n12']) {
      fixture.queue.tasks.length = 0;
      fixture.interpose((store) => ({
        update: async (op, version) => {
          if (op.id === idOf(unanswered)) throw new StoreUnavailable('no answer');
          return store.update(op, version);
        },
      }));
      expect(await swept()).toEqual({ requeued: 24, overdue: 0, passed: 0, failed: 1 });
      expect(fixture.queue.tasks).toHaveLength(24);
      fixture.interpose(() => ({}));
      for (const name of names) {
        const found = await fixture.services.store.read(idOf(name));
        if (found === undefined || isFinished(found.operation)) throw new Error('gone');
        await fixture.services.store.update({ ...found.operation, due_at: now }, found.version);
      }
    }
  });

  it('stops when its time is up', async () => {
    await put(queued('late', { due_at: fixture.clock.now }));
    expect(await swept(0)).toEqual({ requeued: 0, overdue: 0, passed: 0, failed: 0 });
  });

  it('goes on from where the last one ran out of time, then begins anew', async () => {
    const { now } = fixture.clock;
    for (let n = 0; n < 250; n += 1) await put(queued(`n${n}`, { due_at: now - 250 + n }));
    const asked: unknown[] = [];
    let slow = true;
    let passedMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => passedMs);
    onTestFinished(() => void vi.restoreAllMocks());
    fixture.interpose((store) => ({
      due: async (at, limit, after) => {
        asked.push(after?.id);
        const page = await store.due(at, limit, after);
        if (slow) passedMs += 30;
        return page;
      },
      // Nothing that a sweep meets goes out of the way of the next.
      update: () => Promise.reject(new RecordTooLarge('2 MB')),
      postpone: async () => false,
    }));
    for (let sweeps = 0; sweeps < 2; sweeps += 1) await swept(15);
    slow = false;
    expect(await swept(10_000)).toMatchObject({ failed: 50 });
    expect(asked).toEqual([undefined, idOf('n99'), idOf('n199')]);
    expect(await swept(10_000)).toMatchObject({ failed: 250 });
  });

  it('of two at once one makes the task', async () => {
    await put(queued('twice', { due_at: fixture.clock.now }));
    const both = await Promise.all([swept(), swept()]);
    expect(both.reduce((sum, { requeued }) => sum + requeued, 0)).toBe(1);
    expect(fixture.queue.tasks).toHaveLength(1);
  });
});

describe('recovery by the only worker', () => {
  it('takes up everything unfinished at once, held or not', async () => {
    const { now } = fixture.clock;
    const lease = { token: 't', task: 'a', dispatch: 0, expires_at: now + 240_000 };
    await put(queued('waiting', { due_at: now + 30_000 }));
    await put(queued('window', { due_at: now + 240_000, lease }));
    await put(running('held', { due_at: now + 240_000, lease }));
    await put(succeeded('over', {}));
    expect(await recover(fixture.services)).toBe(3);
    expect(fixture.queue.tasks).toHaveLength(3);
    for (const name of ['waiting', 'window', 'held']) expect(await stored(name)).not.toHaveProperty('lease');
  });

  it('never has more than a page of it in memory, and takes each up once, wherever its task makes it due', async () => {
    const { now } = fixture.clock;
    const names = Array.from({ length: 450 }, (_, n) => `n${n}`);
    // What is requeued comes to lie in the midst of the rest: 60 s from now.
    for (const [n, name] of names.entries()) await put(queued(name, { due_at: now - 60_000 + 400 * n }));
    const pages: number[] = [];
    fixture.interpose((store) => ({
      due: async (...query) => {
        const page = await store.due(...query);
        pages.push(page.length);
        return page;
      },
    }));
    expect(await recover(fixture.services)).toBe(450);
    expect(Math.max(...pages)).toBe(100);
    expect(pages.length).toBeLessThan(12);
    expect(new Set(fixture.queue.tasks.map(({ operation_id }) => operation_id)).size).toBe(450);
    expect(fixture.queue.tasks.every(({ generation }) => generation === 1)).toBe(true);
  });

  it('leaves out what cannot be written, and takes up the rest', async () => {
    for (const name of ['a', 'bad', 'c']) await put(queued(name));
    fixture.interpose((store) => ({
      update: async (op, version) => {
        if (op.id === idOf('bad')) throw new RecordTooLarge('2 MB');
        return store.update(op, version);
      },
    }));
    expect(await recover(fixture.services)).toBe(2);
    expect(fixture.queue.tasks).toHaveLength(2);
  });
});

describe('a store that is unavailable for some of a batch', () => {
  const away = (...names: string[]) =>
    fixture.interpose((store) => ({
      update: async (op, version) => {
        if (names.map(idOf).includes(op.id)) throw new StoreUnavailable('away');
        return store.update(op, version);
      },
    }));

  it('leaves these as due as they were: the next sweep takes them up', async () => {
    for (const name of ['a', 'b', 'c']) await put(queued(name, { due_at: fixture.clock.now }));
    away('b');
    expect(await swept()).toEqual({ requeued: 2, overdue: 0, passed: 0, failed: 1 });
    fixture.interpose(() => ({}));
    expect(await swept()).toEqual({ requeued: 1, overdue: 0, passed: 0, failed: 0 });
  });

  it('ends the sweep where it is so for the whole batch', async () => {
    for (const name of ['a', 'b']) await put(queued(name, { due_at: fixture.clock.now }));
    away('a', 'b');
    await expect(swept()).rejects.toThrow(StoreUnavailable);
  });
});

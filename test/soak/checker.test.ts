import { describe, expect, it } from 'vitest';
import { type Accounts, check } from './checker.ts';
import type { Exchange, Observed } from './history.ts';

const ID = '00000000-0000-8000-a000-000000000001';
const OTHER_ID = '00000000-0000-8000-a000-000000000002';

/** An operation as seen; each state at its own time. */
const seen = (status: string, changes: Partial<Observed> = {}): Observed => {
  const at = { queued: 0, running: 1 }[status] ?? 2;
  return {
    id: ID,
    tenant: 'a',
    endpoint: 'proofread',
    status,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: `2026-01-01T00:00:0${at}.000Z`,
    summary: status,
    whole: `${status}-whole`,
    ...changes,
  };
};

const LATER = { updated_at: '2026-01-01T00:00:09.000Z' };

let clock = 0;
/** The next exchange: asked after the one before was answered, unless `changes` says otherwise. */
const exchange = (action: Exchange['action'], changes: Partial<Exchange> = {}): Exchange => {
  clock += 10;
  return {
    action,
    started: clock,
    ended: clock + 5,
    tenant: 'a',
    index: 0,
    status: 200,
    contentType: 'application/json',
    seen: [],
    ...(action === 'get' || action === 'cancel' ? { id: ID } : {}),
    ...changes,
  };
};
const submitted = (changes: Partial<Exchange> = {}) =>
  exchange('submit', { status: 202, endpoint: 'proofread', body: 'a', seen: [seen('queued')], ...changes });
const got = (status: string, changes: Partial<Observed> = {}, of: Partial<Exchange> = {}) =>
  exchange('get', { seen: [seen(status, changes)], ...of });
const refused = (action: Exchange['action'], status: number, code: string, of: Partial<Exchange> = {}) =>
  exchange(action, { status, code, contentType: 'application/problem+json; charset=utf-8', ...of });
const rules = (history: Exchange[], accounts?: Accounts) => check(history, accounts).map(({ rule }) => rule);
const sound = () => [submitted(), got('queued'), got('running'), got('succeeded'), got('succeeded')];
const accounts = (calls: number, attempts: number, kills: number[] = []): Accounts => ({
  calls: new Map([[0, calls]]),
  attempts: new Map([[ID, attempts]]),
  kills,
});

describe('the checker of a history', () => {
  it('has nothing to say against a sound one', () => {
    const key = { key: 'k', endpoint: 'proofread', body: 'a' };
    const history = [
      submitted(key),
      submitted({ ...key, replayed: true }),
      refused('submit', 422, 'idempotency-key-reused', { ...key, body: 'b' }),
      got('running'),
      refused('get', 404, 'not-found', { tenant: 'b' }),
      exchange('list', { seen: [seen('running')] }),
      exchange('get', { status: undefined as never }),
      got('succeeded'),
      refused('cancel', 409, 'operation-already-finished'),
      exchange('list', { seen: [{ ...seen('succeeded'), whole: undefined as never }] }),
    ];
    expect(rules(history, accounts(2, 2))).toEqual([]);
  });

  it('allows answers that overlap to come in any order', () => {
    const late = got('queued');
    const history = [submitted(), { ...late, ended: late.ended + 100 }, got('succeeded')];
    expect(rules(history)).toEqual([]);
  });

  it.each<[string, () => Exchange[]]>([
    ['never ended', () => [submitted(), got('running')]],
    ['never ended', () => [...sound(), exchange('list', { seen: [seen('queued', { id: OTHER_ID })] })]],
    ['accepted and not found', () => [...sound(), refused('get', 404, 'not-found')]],
    ['state moved back', () => [submitted(), got('running'), got('queued', LATER), got('succeeded', LATER)]],
    ['state moved back', () => [...sound(), got('running', LATER)]],
    ['time moved back', () => [submitted(), got('running', LATER), got('succeeded')]],
    ['terminal state changed', () => [...sound(), got('cancelled', { whole: 'succeeded-whole' })]],
    ['terminal state changed', () => [...sound(), got('succeeded', { summary: 'other' })]],
    ['result changed', () => [...sound(), got('succeeded', { whole: 'other' })]],
    ['identity changed', () => [...sound(), got('succeeded', { created_at: '2025-01-01T00:00:00.000Z' })]],
    ['unknown state', () => [submitted(), got('lost'), got('succeeded')]],
    ['cross-tenant read', () => [...sound(), exchange('get', { tenant: 'b', seen: [seen('succeeded')] })]],
    [
      'cross-tenant read',
      () => [...sound(), exchange('list', { tenant: 'b', seen: [seen('succeeded', { tenant: 'b' })] })],
    ],
    [
      'cross-tenant answer',
      () => [...sound(), refused('cancel', 409, 'operation-already-finished', { tenant: 'b' })],
    ],
    [
      'one key, two operations',
      () => [
        submitted({ key: 'k' }),
        submitted({ key: 'k', replayed: true, seen: [seen('queued', { id: OTHER_ID })] }),
        got('succeeded'),
        got('succeeded', { id: OTHER_ID }),
      ],
    ],
    [
      'one key, two bodies',
      () => [submitted({ key: 'k' }), submitted({ key: 'k', body: 'b', replayed: true }), got('succeeded')],
    ],
    ['one key, made twice', () => [submitted({ key: 'k' }), submitted({ key: 'k' }), got('succeeded')]],
    ['unexpected answer', () => [...sound(), refused('get', 500, 'internal-error')]],
    [
      'a refusal that is no problem document',
      () => [...sound(), exchange('submit', { status: 503, contentType: 'text/html', code: 'none' })],
    ],
    [
      'refused to cancel what was cancelled',
      () => [submitted(), refused('cancel', 409, 'operation-already-finished'), got('cancelled')],
    ],
    ['cancelled, but is not', () => [submitted(), exchange('cancel', { seen: [seen('succeeded')] })]],
  ])('%s', (rule, history) => {
    expect(rules(history())).toEqual([rule]);
  });

  describe('on what the provider was paid for', () => {
    const RULE = ['more provider calls than attempts'];
    it('counts an attempt for each call', () => {
      expect(rules(sound(), accounts(1, 1))).toEqual([]);
      expect(rules(sound(), accounts(2, 1))).toEqual(RULE);
    });

    it('counts one synchronous window for a key, and one for each request without', () => {
      const windows = (key?: string) => [
        submitted({ key, synchronous: true }),
        submitted({ key, synchronous: true, replayed: true }),
        got('succeeded'),
      ];
      expect(rules(windows('k'), accounts(2, 1))).toEqual([]);
      expect(rules(windows('k'), accounts(3, 1))).toEqual(RULE);
      expect(rules(windows(), accounts(3, 1))).toEqual([]);
      expect(rules(windows(), accounts(4, 1))).toEqual(RULE);
    });

    it('lets a kill hide an attempt, in the life of the operation only', () => {
      const history = sound();
      const [first, , , , last] = history;
      const within = ((first?.started ?? 0) + (last?.ended ?? 0)) / 2;
      expect(rules(history, accounts(2, 1, [within]))).toEqual([]);
      expect(rules(history, accounts(2, 1, [(last?.ended ?? 0) + 1]))).toEqual(RULE);
      expect(rules(history, accounts(3, 1, [within]))).toEqual(RULE);
    });
  });
});

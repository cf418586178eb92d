import { describe, expect, it } from 'vitest';
import {
  acceptedAnother,
  faults,
  gotAnother,
  hungUp,
  listedAnother,
  lost,
  more,
  page,
  replayed,
  rules,
  soon,
  sound,
} from './checking.ts';
import { accepted, accounts, answered, cancelled, down, got, list, listed, refused } from './histories.ts';
import type { Exchange } from './history.ts';

describe('the checker has nothing to say against', () => {
  it('an operation that is polled to its end', () => {
    expect(rules(sound)).toEqual([]);
  });

  it('one that is answered at once', () => {
    expect(rules(() => [answered(), got('succeeded')], accounts({ attempts: 0 }))).toEqual([]);
  });

  it('one that is cancelled, again and again', () => {
    expect(rules(() => [accepted(), cancelled(), cancelled(), got('cancelled')])).toEqual([]);
  });

  it('one that has ended and cannot be cancelled', () => {
    expect(rules(() => [...sound(), refused('cancel', 409, 'operation-already-finished')])).toEqual([]);
  });

  it('a key that is replayed, awaited, and refused for another text', () => {
    const history = () => [
      accepted({ key: 'k' }),
      accepted({ key: 'k', ...replayed }),
      refused('submit', 409, 'idempotency-in-progress', { key: 'k', ...soon }),
      refused('submit', 422, 'idempotency-key-reused', { key: 'k', text: 'another' }),
      got('succeeded'),
    ];
    expect(rules(history)).toEqual([]);
  });

  it('a stranger who finds nothing', () => {
    const stranger = { tenant: 'b' };
    expect(rules(() => [...sound(), refused('get', 404, 'not-found', stranger), list([], stranger)])).toEqual(
      [],
    );
  });

  it('answers that overlap and come in another order', () => {
    const slow = (exchange: Exchange) => ({ ...exchange, ended: exchange.ended + 100_000 });
    expect(rules(() => [accepted(), slow(got('queued')), got('succeeded')])).toEqual([]);
  });

  it('what is lost or refused while something is down', () => {
    const away = () => [got('running', {}, lost), refused('get', 503, 'store-unavailable')];
    const kills = [down(1, 2)];
    expect(rules(() => [accepted(), ...away(), got('succeeded')], accounts({ kills }))).toEqual([]);
  });

  it('a client who hangs up', () => {
    expect(rules(() => [accepted(hungUp)], accounts({ calls: 0 }))).toEqual([]);
  });

  it('a refusal at once when the provider had a fault', () => {
    const history = () => [refused('submit', 502, 'provider-error', { synchronous: true })];
    expect(rules(history, accounts({ faults: ['500'], attempts: 0 }))).toEqual([]);
  });

  it('a failure after as many faults and kills as there are attempts', () => {
    const failed = () => [accepted(), got('failed')];
    expect(rules(failed, accounts({ calls: 5, faults: faults(5) }))).toEqual([]);
    expect(rules(failed, accounts({ calls: 3, faults: faults(3), kills: [down(0, 0), down(1, 1)] }))).toEqual(
      [],
    );
  });

  it('a failure after two attempts that brought nothing but garbage', () => {
    const failed = () => [accepted(), got('failed', { error: 'provider-error' })];
    expect(rules(failed, accounts({ calls: 2, faults: faults(2, 'garbage') }))).toEqual([]);
  });

  it('lists that grow while they are read, or are left before their end', () => {
    const history = () => [
      accepted(),
      got('succeeded'),
      list([listed('succeeded')], { ...page(), ...more }),
      acceptedAnother(3),
      list([], page()),
      list([listedAnother('queued', 3)], { ...page({ walk: 'left' }), ...more }),
      gotAnother(3),
    ];
    expect(rules(history)).toEqual([]);
  });
});

describe('the checker, of what the provider was paid for,', () => {
  const RULE = ['more provider calls than attempts'];

  it('counts one synchronous window for a key, and one for each request without', () => {
    const windows = (key: string | undefined, calls: number) =>
      rules(
        () => [answered({ key }), answered({ key, ...replayed }), got('succeeded')],
        accounts({ calls, attempts: 1 }),
      );
    expect(windows('k', 2)).toEqual([]);
    expect(windows('k', 3)).toEqual(RULE);
    expect(windows(undefined, 3)).toEqual([]);
    expect(windows(undefined, 4)).toEqual(RULE);
  });

  it('excuses nothing by a kill: an attempt is recorded before it is made', () => {
    const killed = [down(2, 3)];
    expect(rules(sound, accounts({ calls: 2, attempts: 2, kills: killed }))).toEqual([]);
    expect(rules(sound, accounts({ calls: 2, attempts: 1, kills: killed }))).toEqual(RULE);
  });

  it('knows an operation whose every answer was lost by its request', () => {
    const history = () => [accepted(hungUp)];
    expect(rules(history, accounts({ calls: 2, attempts: 2 }))).toEqual([]);
    expect(rules(history, accounts({ calls: 2, attempts: 1 }))).toEqual(RULE);
    expect(rules(history, accounts({ calls: 1, attempts: 0, kills: [down(0, 1)] }))).toEqual(RULE);
  });

  it('adds the attempts at every operation that came of one', () => {
    const history = () => [...sound(), acceptedAnother(5), gotAnother(5)];
    const given = accounts({ calls: 3, attempts: 1 });
    const attempts = [...given.attempts, { request: 'other', attempts: 2 }];
    expect(rules(history, { ...given, attempts })).toEqual([]);
    expect(rules(history, given)).toEqual(RULE);
  });
});

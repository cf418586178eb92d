import { describe, expect, it } from 'vitest';
import { RULES } from './checker.ts';
import {
  acceptedAnother,
  another,
  endedAt,
  faults,
  gotAnother,
  headers,
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
import {
  accepted,
  accounts,
  answered,
  at,
  cancelled,
  down,
  got,
  ID,
  list,
  listed,
  OTHER_ID,
  operation,
  refused,
  resultOf,
  TEXT,
} from './histories.ts';

/** For each rule, by its name, histories that break it and no other. */
const BROKEN: Readonly<Record<string, readonly (() => string[])[]>> = {
  'unexpected answer': [
    () => rules(() => [...sound(), refused('get', 429, 'rate-limited')]),
    () => rules(() => [...sound(), refused('get', 409, 'operation-already-finished')]),
    () => rules(() => [...sound(), refused('submit', 404, 'not-found')]),
  ],
  'a refusal that is no problem document': [
    () =>
      rules(() => [
        ...sound(),
        refused('get', 404, 'not-found', { id: OTHER_ID, ...headers({ 'content-type': 'text/html' }) }),
      ]),
    () =>
      rules(() => [refused('submit', 503, '', { answer: { code: undefined as never } })], {
        ...accounts({ calls: 0, kills: [down(0, 1)] }),
      }),
  ],
  'no answer for no reason': [
    () => rules(() => [...sound(), got('succeeded', {}, lost)]),
    () => rules(() => [...sound(), got('succeeded', {}, lost)], accounts({ kills: [down(2, 3)] })),
  ],
  'refused for no reason': [
    () => rules(() => [...sound(), refused('get', 503, 'store-unavailable')]),
    () => rules(() => [refused('submit', 502, 'provider-error')], accounts({ calls: 0 })),
    () => rules(() => [refused('submit', 503, 'store-unavailable')], accounts({ faults: ['500'] })),
  ],
  'answered as finished and is not, or the other way round': [
    () => rules(() => [answered(soon, operation('queued')), got('succeeded')]),
    () => rules(() => [accepted(headers({ 'retry-after': undefined }), operation('succeeded'))]),
  ],

  'not told where to poll': [
    () => rules(() => [accepted(headers({ location: undefined })), got('succeeded')]),
    () => rules(() => [accepted(headers({ location: `/v1/operations/${OTHER_ID}` })), got('succeeded')]),
    () => rules(() => [accepted({ answer: { poll_url: '/' } }), got('succeeded')]),
    () => rules(() => [...sound(), got('succeeded', {}, headers({ location: '/' }))]),
  ],
  'not told when to come again': [
    () => rules(() => [accepted(), got('running', {}, headers({ 'retry-after': '0' })), got('succeeded')]),
    () => rules(() => [...sound(), refused('submit', 409, 'idempotency-in-progress')]),
    () =>
      rules(
        () => [refused('submit', 503, 'store-unavailable', headers({ 'retry-after': '0.5' }))],
        accounts({ calls: 0, kills: [down(0, 1)] }),
      ),
  ],
  'told to come again to what has ended': [() => rules(() => [...sound(), got('succeeded', {}, soon)])],
  'not told what is left of the quota': [
    () => rules(() => [...sound(), list([listed('succeeded')], headers({ ratelimit: undefined }))]),
    () => rules(() => [...sound(), got('succeeded', {}, headers({ ratelimit: '"requests";r=10;t=6' }))]),
    () => rules(() => [...sound(), got('succeeded', {}, headers({ ratelimit: '"requests";r=9;t=61' }))]),
    () => rules(() => [...sound(), got('succeeded', {}, headers({ 'ratelimit-policy': 'none' }))]),
  ],
  'answered with the id of another request': [
    () => rules(() => [...sound(), got('succeeded', {}, headers({ 'x-request-id': 'r0' }))]),
  ],

  'cross-tenant read': [
    () => rules(() => [...sound(), got('succeeded', {}, { tenant: 'b' })]),
    () => rules(() => [...sound(), list([listed('succeeded')], { tenant: 'b' })]),
  ],
  'cross-tenant answer': [
    () => rules(() => [...sound(), refused('cancel', 409, 'operation-already-finished', { tenant: 'b' })]),
  ],

  'one key, two operations': [
    () =>
      rules(() => [
        accepted({ key: 'k' }),
        accepted({ key: 'k', request: 'other', ...replayed }, operation('queued', another('queued', 1))),
        got('succeeded'),
        gotAnother(1),
      ]),
  ],
  'one key, two texts': [
    () =>
      rules(() => [
        accepted({ key: 'k' }),
        accepted({ key: 'k', text: 'another', ...replayed }),
        got('succeeded'),
      ]),
  ],
  'one key, made twice': [
    () => rules(() => [accepted({ key: 'k' }), accepted({ key: 'k' }), got('succeeded')]),
  ],
  'key refused for another text, and there is none': [
    () =>
      rules(() => [
        accepted({ key: 'k' }),
        refused('submit', 422, 'idempotency-key-reused', { key: 'k' }),
        got('succeeded'),
      ]),
  ],

  'made by no request': [
    () => rules(() => [list([listed('succeeded')])], accounts({ calls: 0 })),
    () => rules(() => [...sound(), got('succeeded', { id: OTHER_ID, request: 'none' })]),
  ],
  'one request, two operations': [() => rules(() => [...sound(), got('succeeded', { id: OTHER_ID })])],
  'identity changed': [
    () => rules(() => [...sound(), got('succeeded', { created_at: at(0.01) })]),
    () =>
      rules(() => [...sound(), acceptedAnother(5), gotAnother(5), got('succeeded', { request: 'other' })]),
  ],
  'answered with another operation': [
    () => rules(() => [...sound(), acceptedAnother(5), gotAnother(5, { id: ID })]),
  ],
  'made for another endpoint': [
    () => {
      const critique = { endpoint: 'essay-critique' };
      return rules(() => [accepted({}, operation('queued', critique)), got('succeeded', critique)]);
    },
  ],
  'result of another endpoint': [
    () =>
      rules(() => [
        accepted(),
        got('succeeded', { result: { ...resultOf(TEXT), endpoint: 'essay-critique' } }),
      ]),
    () => rules(() => [accepted(), got('succeeded', { result: { ...resultOf(TEXT), endpoint: undefined } })]),
  ],
  'result of another text': [
    () => rules(() => [accepted(), got('succeeded', { result: resultOf(`${TEXT}.`) })]),
    () => rules(() => [accepted(), got('succeeded', { result: { ...resultOf(TEXT), indexes: [0, 1] } })]),
    () => rules(() => [accepted(), got('succeeded', { result: { ...resultOf(TEXT), indexes: [1] } })]),
    () => rules(() => [accepted(), got('succeeded', { result: { ...resultOf(TEXT), indexes: [] } })]),
  ],

  'unknown state': [() => rules(() => [accepted(), got('running', { status: 'lost' }), got('succeeded')])],
  'state moved back': [
    () => rules(() => [accepted(), got('running'), got('queued', { updated_at: at(0.2) }), got('succeeded')]),
    () => rules(() => [...sound(), got('running', { updated_at: at(0.2) })]),
  ],
  'time moved back': [
    () =>
      rules(() => [accepted(), got('running', { updated_at: at(0.15) }), got('running'), got('succeeded')]),
  ],
  'terminal state changed': [
    () => rules(() => [...sound(), cancelled({}, operation('cancelled', { whole: 'succeeded, whole' }))]),
    () => rules(() => [...sound(), got('succeeded', { summary: 'another' })]),
    () => rules(() => [...sound(), list([listed('succeeded', { summary: 'another' })])]),
  ],
  'result changed': [() => rules(() => [...sound(), got('succeeded', { whole: 'another' })])],
  'fields of another state': [
    () => rules(() => [...sound(), got('succeeded', { result: undefined as never })]),
    () => rules(() => [...sound(), got('succeeded', { error: 'provider-unavailable' })]),
    () => rules(() => [accepted(), got('running', { completed_at: at(0.1) }), got('succeeded')]),
    () => rules(() => [...sound(), list([{ ...listed('succeeded'), result: resultOf(TEXT) }])]),
  ],

  'never ended': [
    () => rules(() => [accepted(), got('running')]),
    () =>
      rules(() => [
        ...sound(),
        accepted({ request: 'other', ...hungUp }),
        list([listedAnother('queued', 5), listed('succeeded')]),
      ]),
  ],
  'accepted and not found': [
    () => rules(() => [...sound(), refused('get', 404, 'not-found')]),
    () => rules(() => [accepted(hungUp), list([listed('succeeded')]), refused('cancel', 404, 'not-found')]),
  ],
  'failed for no reason': [
    () => rules(() => [accepted(), got('failed')]),
    () => rules(() => [accepted(), got('failed')], accounts({ calls: 4, faults: faults(4) })),
    () => {
      const failed = () => [accepted(), got('failed', { error: 'provider-error' })];
      return rules(failed, accounts({ calls: 2, faults: ['garbage', '500'] }));
    },
    () => rules(() => [accepted(), got('failed')], accounts({ calls: 2, faults: faults(2, 'garbage') })),
    // Killed after it was first seen to have ended, and before it was last seen.
    () =>
      rules(
        () => [accepted(), got('failed'), got('failed'), got('failed')],
        accounts({ calls: 4, faults: faults(4), kills: [down(1.6, 2)] }),
      ),
  ],
  'cancelled by nobody': [
    () => rules(() => [accepted(), got('cancelled')]),
    () => rules(() => [accepted(), got('cancelled'), cancelled()]),
    () => rules(() => [accepted(), refused('cancel', 404, 'not-found', { tenant: 'b' }), got('cancelled')]),
  ],
  'refused to cancel what was cancelled': [
    () => rules(() => [accepted(), cancelled(), refused('cancel', 409, 'operation-already-finished')]),
  ],
  'cancelled, but is not': [() => rules(() => [accepted(), cancelled({}, operation('succeeded'))])],

  'not a time': [
    () => rules(() => [...sound(), list([listed('succeeded', { updated_at: '2026-01-01T00:00:02Z' })])]),
  ],
  'ended before it began': [
    () => rules(() => [accepted(), got('succeeded', { updated_at: at(0.19) })]),
    () => rules(() => [accepted(), got('succeeded', { completed_at: at(-0.01) })]),
  ],
  'made before it was asked for': [() => rules(() => [...sound(), acceptedAnother(4), gotAnother(4)])],
  'changed after it was seen': [
    () => rules(() => [accepted(), got('succeeded', endedAt(3))]),
    () => {
      const nextCentury = { updated_at: '2126-01-01T00:00:00.000Z' };
      return rules(() => [
        accepted({}, operation('queued', nextCentury)),
        got('succeeded', { ...nextCentury, completed_at: nextCentury.updated_at }),
      ]);
    },
  ],
  'took longer than it lived': [
    () => rules(() => [accepted(), got('succeeded', { latency_ms: 3100 })]),
    () => rules(() => [accepted(), got('succeeded', { latency_ms: -1 })]),
  ],

  'listed twice': [
    () => rules(() => [...sound(), list([listed('succeeded'), listed('succeeded')])]),
    () =>
      rules(() => [
        ...sound(),
        list([listed('succeeded')], { ...page(), ...more }),
        list([listed('succeeded')], page()),
      ]),
  ],
  'listed out of order': [
    () => {
      return rules(() => [
        ...sound(),
        acceptedAnother(5),
        gotAnother(5),
        list([listed('succeeded'), listedAnother('succeeded', 5)]),
      ]);
    },
  ],
  'more on a page than asked for': [
    () =>
      rules(() => [
        accepted(),
        acceptedAnother(1),
        gotAnother(1),
        got('succeeded'),
        list([listedAnother('succeeded', 1), listed('succeeded')], page()),
      ]),
  ],
  'listed, and was not asked for': [
    () => rules(() => [...sound(), list([listed('succeeded')], page({ status: 'failed' }))]),
    () => rules(() => [...sound(), list([listed('succeeded')], page({ endpoint: 'essay-critique' }))]),
  ],
  'left out of a list': [
    () => rules(() => [...sound(), list([])]),
    () => rules(() => [...sound(), list([], page({ status: 'succeeded', endpoint: 'proofread' }))]),
    () => rules(() => [...sound(), acceptedAnother(5), gotAnother(5), list([listed('succeeded')], more)]),
  ],

  'provider called for nothing that was sent': [
    () => rules(sound, { ...accounts(), calls: new Map([0, -1].map((index) => [index, 1])) }),
  ],
  'more provider calls than attempts': [
    () => rules(sound, accounts({ calls: 2, attempts: 1 })),
    () => rules(() => [answered(hungUp)], accounts({ calls: 2, attempts: 0 })),
  ],
};

describe('the checker finds', () => {
  it.each(Object.entries(BROKEN))('%s', (rule, broken) => {
    for (const rulesBroken of broken) expect(rulesBroken()).toEqual([rule]);
  });

  it('all that its rules name, by a history for each', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(RULES.map(({ name }) => name).sort());
  });
});

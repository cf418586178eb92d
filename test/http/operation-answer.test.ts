import { describe, expect, it } from 'vitest';
import {
  accepted as acceptedAt,
  polled as polledAt,
  retryAfter,
  shown,
} from '../../shared/http/operation-answer.ts';
import type { Answer } from '../../shared/http/route.ts';
import type { Operation } from '../../shared/operations/record/record.ts';
import { failed, idOf, queued, running, START, succeeded } from '../contract/records.ts';
import { kindsWith } from '../support/kinds-with.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';

const kinds = kindsWith(createScriptedProvider());
const at = (now: number) => ({ kinds, now: () => now });
/** The answer with its body as clients read it, whether or not that is JSON already. */
const readable = (answer: Answer) => ({
  ...answer,
  body: Buffer.isBuffer(answer.body) ? JSON.parse(answer.body.toString()) : answer.body,
});
const polled = (operation: Operation, now: number) => readable(polledAt(at(now), operation));
const accepted = (operation: Operation, now: number) => readable(acceptedAt(at(now), operation));
const RESULT = { original_text: 'அ', corrected_text: 'அ', issues: [] };

describe('Retry-After of an operation', () => {
  it.each([
    [0, '1'],
    [5, '1'],
    [6, '2'],
    [9, '2'],
    [10, '3'],
    [37, '9'],
    [117, '29'],
    [118, '30'],
    [3600, '30'],
    // A clock that has gone back.
    [-60, '1'],
  ])('after %i s is %s s: a quarter of its age, from 1 to 30', (seconds, retry) => {
    expect(retryAfter(queued('a'), START + seconds * 1000)).toBe(retry);
  });
});

describe('an operation', () => {
  it.each([queued('a'), running('a')])('that is $status is polled with Retry-After', (operation) => {
    expect(polled(operation, START + 8000)).toMatchObject({
      status: 200,
      headers: { 'Retry-After': '2' },
      body: { operation_id: idOf('a'), status: operation.status },
    });
  });

  it.each([succeeded('a', RESULT), failed('a')])(
    'that has $status is answered alike to both, without',
    (operation) => {
      const answer = polled(operation, START);
      expect(answer).toMatchObject({ status: 200, body: { status: operation.status } });
      expect(answer).not.toHaveProperty('headers');
      expect(accepted(operation, START)).toEqual(answer);
    },
  );

  it('that is shown often is written twice, in the same bytes, and in another state anew', () => {
    const operation = { ...succeeded('a', RESULT), created_at: START + 1 };
    const [first, second, ...later] = Array.from({ length: 5 }, () => shown(kinds, operation));
    expect(second).toEqual(first);
    // What is shown once is not kept.
    expect(second).not.toBe(first);
    for (const one of later) expect(one).toBe(second);
    expect(shown(kinds, { ...operation, request_id: 'other' }).version).not.toBe(first?.version);
  });

  it('that is accepted is told with 202, and where to poll it', () => {
    const poll_url = `/v1/operations/${idOf('a')}`;
    expect(accepted(queued('a'), START)).toEqual({
      status: 202,
      headers: { Location: poll_url, 'Retry-After': '1' },
      body: { ...polled(queued('a'), START).body, poll_url },
      log: { operation_id: idOf('a'), endpoint: 'proofread', operation_status: 'queued' },
    });
  });
});

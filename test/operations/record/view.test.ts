import { describe, expect, it } from 'vitest';
import { proofreadResult } from '../../../shared/analyses/proofread.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { pollUrl, view as viewOf, viewWithoutResult } from '../../../shared/operations/record/view.ts';
import { failed, idOf, queued, RETENTION, running, START, succeeded } from '../../contract/records.ts';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:00.005Z';
const RESULT = { original_text: 'அ', corrected_text: 'அ', issues: [] };

const view = (operation: Operation) => viewOf(operation, proofreadResult);

const common = {
  operation_id: idOf('a'),
  request_id: 'request-a',
  tenant_id: 'school-1',
  endpoint: 'proofread',
  created_at: AT,
  updated_at: AT,
};

describe('what a client sees of an operation', () => {
  it.each<[string, Operation, object]>([
    ['queued', queued('a'), { ...common, status: 'queued' }],
    ['running', running('a'), { ...common, status: 'running' }],
    [
      'running, and tells how far it is',
      running('a', { progress: 0.25 }),
      { ...common, status: 'running', progress: 0.25 },
    ],
    [
      'succeeded',
      succeeded('a', RESULT, { provider: 'gemini', model: 'm', latency_ms: 0 }),
      {
        ...common,
        status: 'succeeded',
        completed_at: LATER,
        provider: 'gemini',
        model: 'm',
        latency_ms: 0,
        result: RESULT,
      },
    ],
    [
      'failed',
      failed('a'),
      {
        ...common,
        status: 'failed',
        completed_at: LATER,
        error: { code: 'deadline-exceeded', message: 'Not finished in time' },
      },
    ],
  ])('while it is %s', (_, operation, shown) => {
    expect(view(operation)).toEqual(shown);
  });

  it('is no more than that, whatever its record and its result hold', () => {
    const spent = { calls: 1, answers: 1, input_tokens: 1, output_tokens: 1 };
    const usage = { input_tokens: 1, output_tokens: 1 };
    const issue = {
      type: 'style',
      severity: 'low',
      message: 'ஆ',
      start: 0,
      end: 1,
      suggestion: 'ஆ',
      source: 'rules',
    };
    const recorded = succeeded('a', { ...RESULT, corrected_text: 'ஆ', issues: [issue], notes: 'internal' }, {
      spent,
      usage,
      prompt_version: 'p',
      fingerprint: 'f',
      expire_at: START + RETENTION,
    } as object);
    const { source: _, ...shown } = issue;
    expect(view(recorded)).toEqual({
      ...common,
      status: 'succeeded',
      completed_at: LATER,
      result: { ...RESULT, corrected_text: 'ஆ', issues: [shown] },
    });
  });

  it('is a fault where the record holds the result of another kind', () => {
    expect(() => view(succeeded('a', { summary: 'நன்று' }))).toThrow();
  });

  it('has no result in a list', () => {
    expect(viewWithoutResult(succeeded('a', RESULT))).toEqual({
      ...common,
      status: 'succeeded',
      completed_at: LATER,
    });
  });

  it('is polled under its id', () => {
    expect(pollUrl(idOf('a'))).toBe(`/v1/operations/${idOf('a')}`);
  });
});

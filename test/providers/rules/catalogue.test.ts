import { describe, expect, it } from 'vitest';
import { RULES } from '../../../shared/providers/rules/catalogue.ts';
import { findIssues } from '../../../shared/providers/rules/engine.ts';
import { message } from '../../../shared/providers/rules/finding.ts';

describe('the catalogue of rules', () => {
  it('gives every rule its own id', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s says its reason in one Tamil clause',
    (_, rule) => {
      expect(rule.reason).toMatch(/\p{Script=Tamil}{3}/u);
      expect(rule.reason).not.toMatch(/[.!?]/);
      expect(rule.source).not.toBe('');
    },
  );

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s obeys the rules it belongs to', (_, rule) => {
    expect(findIssues(`${rule.reason}.`)).toEqual([]);
    expect(findIssues(`${rule.source}.`)).toEqual([]);
  });

  it('makes one sentence of reason, suggestion and source', () => {
    expect(message('காரணம்', 'சொல்', 'நன்னூல் 1')).toBe('காரணம்; ‘சொல்’ என எழுத வேண்டும் (நன்னூல் 1).');
  });
});

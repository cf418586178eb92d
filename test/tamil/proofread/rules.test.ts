import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/accuracy/cases.ts';
import { readExamples } from '../../../scripts/rules-page/examples.ts';
import { rulesPage } from '../../../scripts/rules-page/page.ts';
import { disabledRules, ruleName } from '../../../shared/analyses/rules.ts';
import { findIssues } from '../../../tamil/proofread/find-issues.ts';
import { message } from '../../../tamil/proofread/finding.ts';
import { RULES } from '../../../tamil/proofread/rules.ts';

describe('the catalogue of rules', () => {
  it('gives every rule its own id, of the form that a request may disable', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    for (const { id } of RULES) {
      expect(ruleName.parse(id)).toBe(id);
      expect(disabledRules.parse([id, id.slice(0, id.indexOf('/'))])).toHaveLength(2);
    }
  });

  it('shows an example of every rule, and of nothing else', () => {
    expect(new Set(readExamples().map(([rule]) => rule))).toEqual(new Set(RULES.map(({ id }) => id)));
  });

  it('is told in docs/rules.md as it is today (npm run rules)', () => {
    expect(readFileSync('docs/rules.md', 'utf8')).toBe(rulesPage());
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

  it('finds nothing wrong with the messages it writes for the cases', () => {
    const directory = new URL('../cases/', import.meta.url);
    const texts = readdirSync(directory).flatMap((name) => readCases(new URL(name, directory).pathname));
    const messages = new Set(texts.flatMap(({ text }) => findIssues(text).map((issue) => issue.message)));
    expect(messages.size).toBeGreaterThan(400);
    for (const own of messages) expect(findIssues(own), own).toEqual([]);
  });

  it('makes one sentence of reason, suggestion and source', () => {
    expect(message('காரணம்', 'சொல்', 'நன்னூல் 1')).toBe('காரணம்; ‘சொல்’ என எழுத வேண்டும் (நன்னூல் 1).');
  });
});

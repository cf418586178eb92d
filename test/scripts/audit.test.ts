import { expect, it } from 'vitest';
import { verdictOf } from '../../scripts/audit.ts';

const report = (vulnerabilities: object) =>
  JSON.stringify({ auditReportVersion: 2, metadata: { vulnerabilities } });

it.each<[string, string, 0 | 1, RegExp]>([
  ['nothing', report({ low: 0, high: 0, critical: 0, total: 0 }), 0, /^Audited/],
  ['something low', report({ low: 3, high: 0, critical: 0 }), 0, /3 low/],
  ['something high', report({ low: 0, high: 1, critical: 0 }), 1, /1 high/],
  ['something critical', report({ critical: 2 }), 1, /2 critical/],
  ['no endpoint', JSON.stringify({ message: '405 Method Not Allowed', error: {} }), 0, /^Not audited: 405/],
  ['no answer', '', 0, /^Not audited/],
  ['no JSON', 'npm error', 0, /^Not audited/],
])('an audit that found %s', (_name, json, code, message) => {
  expect(verdictOf(json)).toEqual({ code, message: expect.stringMatching(message) });
});

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

it.each<[string, string, 0 | 1]>([
  ['each with a reason', 'GHSA-aaaa-bbbb-cccc never parsed here;GHSA-dddd-eeee-ffff only on Windows', 0],
  ['one of them', 'GHSA-aaaa-bbbb-cccc never parsed here', 1],
  ['without a reason', 'GHSA-aaaa-bbbb-cccc ;GHSA-dddd-eeee-ffff only on Windows', 1],
  ['by nobody', '', 1],
])('what was found and is accepted %s', (_name, accepted, code) => {
  const url = (id: string) => `https://github.com/advisories/${id}`;
  const found = JSON.stringify({
    metadata: { vulnerabilities: { high: 2, critical: 1 } },
    vulnerabilities: {
      a: { via: [{ url: url('GHSA-aaaa-bbbb-cccc'), severity: 'high' }] },
      b: { via: ['a', { url: url('GHSA-dddd-eeee-ffff'), severity: 'critical' }] },
      c: { via: [{ url: url('GHSA-gggg-hhhh-iiii'), severity: 'low' }] },
    },
  });
  const verdict = verdictOf(found, accepted);
  expect(verdict.code).toBe(code);
  if (code === 0) expect(verdict.message).toContain('GHSA-dddd-eeee-ffff: only on Windows');
  expect(verdict.message).not.toContain('GHSA-gggg');
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { breaks } from '../../scripts/openapi/redocly.ts';

const DOCUMENT = 'docs/openapi.json';

it('a change that breaks clients is found, and one that does not is let pass', () => {
  const directory = mkdtempSync(join(tmpdir(), 'openapi-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const changed = join(directory, 'changed.json');
  const { ProofreadIssue } = JSON.parse(readFileSync(DOCUMENT, 'utf8')).components.schemas;
  const write = (issue: object) => {
    const document = JSON.parse(readFileSync(DOCUMENT, 'utf8'));
    document.components.schemas.ProofreadIssue = { ...ProofreadIssue, ...issue };
    writeFileSync(changed, JSON.stringify(document));
  };
  write({ properties: { ...ProofreadIssue.properties, confidence: { type: 'number' } } });
  expect(breaks(DOCUMENT, changed)).toBeUndefined();
  write({ required: ProofreadIssue.required.filter((name: string) => name !== 'suggestion') });
  expect(breaks(DOCUMENT, changed)).toMatch(/major.*required/);
});

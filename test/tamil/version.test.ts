import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readCases } from '../../scripts/accuracy/cases.ts';
import { critique } from '../../tamil/critique/critique.ts';
import { findIssues } from '../../tamil/proofread/find-issues.ts';
import { RULES_VERSION } from '../../tamil/version.ts';

const filesIn = (directory: string): string[] => {
  const url = new URL(directory, import.meta.url);
  return readdirSync(url)
    .sort()
    .map((name) => new URL(name, url).pathname);
};
const texts = filesIn('cases/').flatMap((file) => readCases(file).map(({ text }) => text));
const essays = filesIn('critique/essays/')
  .filter((file) => file.endsWith('.txt'))
  .map((file) => readFileSync(file, 'utf8'));

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);

it('the version of the rules is raised when they tell a text something else', () => {
  const recorded = JSON.parse(readFileSync(new URL('version.json', import.meta.url), 'utf8'));
  const now = {
    version: RULES_VERSION,
    texts: digest([texts, essays]),
    found: digest([texts.map((text) => findIssues(text)), essays.map((essay) => critique(essay))]),
  };
  const hasChanged = now.texts === recorded.texts && now.found !== recorded.found;
  expect(
    hasChanged && now.version === recorded.version,
    'The rules find something else: raise RULES_VERSION in tamil/version.ts, and write the record below to test/tamil/version.json.',
  ).toBe(false);
  expect(recorded, `Record in test/tamil/version.json: ${JSON.stringify(now)}`).toEqual(now);
});

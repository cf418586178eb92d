import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readRewrites } from '../../../local/emulated/rewrites.ts';

const directory = mkdtempSync(join(tmpdir(), 'rewrites-'));
afterAll(() => rmSync(directory, { recursive: true }));

const rewrites = (rules: Record<string, string>) => {
  const file = join(directory, 'firebase.json');
  const list = Object.entries(rules).map(([source, serviceId]) => ({ source, run: { serviceId } }));
  writeFileSync(file, JSON.stringify({ hosting: { rewrites: list } }));
  return readRewrites(pathToFileURL(file));
};

describe('Hosting’s rewrites', () => {
  it.each([
    ['/v1/proofread', 'submit'],
    ['/v1/essay-critique', 'submit'],
    ['/v1/admin/integrations/a.b_c-1/certifications', 'submit'],
    ['/v1/admin/integrations/a/b/certifications', 'operations'],
    ['/v1/proofread/', 'operations'],
    ['/v1/proofreadx', 'operations'],
    ['/v1/operations/x/cancel', 'operations'],
    ['/', 'operations'],
  ])('of this project send %s to %s', (path, service) => {
    expect(readRewrites(new URL('../../../firebase.json', import.meta.url))(path)).toBe(service);
  });

  it('** crosses segments, * does not', () => {
    const to = rewrites({ '/a/*': 'one', '/b/**': 'all' });
    expect(['/a/x', '/a/x/y', '/b/x', '/b/x/y/z'].map(to)).toEqual(['one', undefined, 'all', 'all']);
  });

  it('the first that matches counts', () => {
    expect(rewrites({ '/a/b': 'first', '/a/*': 'second' })('/a/b')).toBe('first');
  });

  it('every other character stands for itself', () => {
    const to = rewrites({ '/a.b+(c)': 'literal' });
    expect(['/a.b+(c)', '/axb+(c)', '/a.bb(c)'].map(to)).toEqual(['literal', undefined, undefined]);
  });

  it('refuses a file that is none', () => {
    writeFileSync(join(directory, 'other.json'), '{"hosting":{}}');
    expect(() => readRewrites(pathToFileURL(join(directory, 'other.json')))).toThrow();
  });
});

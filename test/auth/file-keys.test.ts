import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFileKeys } from '../../shared/auth/file-keys.ts';
import type { IssuerKeys } from '../../shared/auth/issuer-keys.ts';
import { KeysUnavailable } from '../../shared/auth/issuer-keys.ts';
import { createTestIssuer, type TestIssuer } from '../support/test-issuer.ts';

const SECOND_MS = 1000;
const directory = mkdtempSync(join(tmpdir(), 'keys-'));
afterAll(() => rmSync(directory, { recursive: true }));

let issuer: TestIssuer;
let other: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
  other = await createTestIssuer();
});

let clock = 0;
let files = 0;
let path: string;
let keys: IssuerKeys;
beforeEach(() => {
  path = join(directory, `${files++}.jwks.json`);
  keys = createFileKeys(path, () => clock);
});

const write = (text: string) => writeFileSync(path, text);
const publish = ({ jwks }: TestIssuer) => write(JSON.stringify(jwks));
const knows = async ({ kid }: TestIssuer) => (await keys.current()).text.includes(kid);

describe('keys in a file', () => {
  it('are none before there is one, and are found when there is', async () => {
    expect((await keys.current()).text).toBe('');
    publish(issuer);
    clock += SECOND_MS;
    expect(await knows(issuer)).toBe(true);
  });

  it('are read once, and looked at once a second', async () => {
    publish(issuer);
    const first = await keys.current();
    publish(other);
    clock += SECOND_MS - 1;
    expect(await keys.current()).toBe(first);
    expect(await keys.renewed()).toBe(first);
    clock += 1;
    expect(await knows(other)).toBe(true);
    expect(await knows(issuer)).toBe(false);
  });

  it('are the same keys if the file was written anew', async () => {
    publish(issuer);
    const first = await keys.current();
    publish(issuer);
    clock += SECOND_MS;
    expect(await keys.current()).toBe(first);
  });

  it('are not read again where nothing shows that the file has changed', async () => {
    publish(issuer);
    const minuteAgo = new Date(Date.now() - 60 * SECOND_MS);
    utimesSync(path, minuteAgo, minuteAgo);
    const first = await keys.current();
    publish(other);
    utimesSync(path, minuteAgo, minuteAgo);
    clock += SECOND_MS;
    expect(await keys.current()).toBe(first);
  });

  it('may be written twice in one tick of the clock by which files have their time', async () => {
    publish(issuer);
    const { atime, mtime } = statSync(path);
    // On a slow machine that tick would be over.
    vi.useFakeTimers({ toFake: ['Date'], now: mtime });
    onTestFinished(() => void vi.useRealTimers());
    utimesSync(path, atime, mtime);
    await keys.current();
    publish(other);
    utimesSync(path, atime, mtime);
    clock += SECOND_MS;
    expect(await knows(other)).toBe(true);
  });

  it('may come by a file that takes the place of another', async () => {
    publish(issuer);
    await keys.current();
    writeFileSync(`${path}.new`, JSON.stringify(other.jwks));
    renameSync(`${path}.new`, path);
    clock += SECOND_MS;
    expect(await knows(other)).toBe(true);
  });

  it('are looked at by a clock that was set back', async () => {
    publish(issuer);
    await keys.current();
    publish(other);
    clock -= 60 * SECOND_MS;
    expect(await knows(other)).toBe(true);
  });

  it('are kept while the file is half written', async () => {
    publish(issuer);
    await keys.current();
    for (const text of ['', '{"keys":[', '{"keys":[]}']) {
      write(text);
      clock += SECOND_MS;
      expect(await knows(issuer)).toBe(true);
    }
    publish(other);
    clock += SECOND_MS;
    expect(await knows(other)).toBe(true);
  });

  it('end with the file', async () => {
    publish(issuer);
    await keys.current();
    rmSync(path);
    clock += SECOND_MS;
    expect(await knows(issuer)).toBe(false);
  });

  it('that cannot be read are not the token’s fault', async () => {
    write('half');
    await expect(keys.current()).rejects.toThrow(KeysUnavailable);
    const beneath = createFileKeys(join(path, 'keys.json'), () => clock);
    await expect(beneath.current()).rejects.toThrow(KeysUnavailable);
    publish(issuer);
    expect(await knows(issuer)).toBe(true);
  });
});

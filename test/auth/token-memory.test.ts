import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_KEYS } from '../../shared/auth/key-set.ts';
import { createTokenMemory } from '../../shared/auth/token-memory.ts';
import { TokenRefused } from '../../shared/auth/token-refused.ts';
import { createTokenVerifier, type TokenVerifier } from '../../shared/auth/verifier.ts';
import { AUDIENCE, createTestIssuer, ISSUER, type TestIssuer } from '../support/test-issuer.ts';

let issuer: TestIssuer;
let other: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
  other = await createTestIssuer();
});

let directory: string;
let verify: TokenVerifier;
const publish = (...issuers: TestIssuer[]) =>
  writeFileSync(
    join(directory, 'keys.json'),
    JSON.stringify({ keys: issuers.flatMap(({ jwks }) => jwks.keys) }),
  );
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokens-'));
  publish(issuer, other);
  const keys = { kind: 'file' as const, path: join(directory, 'keys.json') };
  verify = createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const at = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: ms });
const claims = { tenant_id: 'school-1' };

describe('a token that was verified', () => {
  it('is not verified again, and its key is not imported again', async () => {
    const verified = vi.spyOn(crypto.subtle, 'verify');
    const imported = vi.spyOn(crypto.subtle, 'importKey');
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => issuer.sign({ sub })));
    const before = imported.mock.calls.length;
    for (let again = 0; again < 5; again += 1)
      for (const token of tokens) expect(await verify(token)).toMatchObject(claims);
    expect([verified.mock.calls.length, imported.mock.calls.length - before]).toEqual([3, 1]);
  });

  it('is refused from its last second on', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const token = await issuer.sign({ exp });
    await expect(verify(token)).resolves.toMatchObject(claims);
    at(exp * 1000 - 1);
    await expect(verify(token)).resolves.toMatchObject(claims);
    at(exp * 1000);
    await expect(verify(token)).rejects.toThrow(TokenRefused);
    at(exp * 1000 + 3_600_000);
    await expect(verify(token)).rejects.toThrow(TokenRefused);
  });

  it('is refused when its key has gone, and one of a key that stays is good', async () => {
    const [token, stays] = [await issuer.sign(), await other.sign()];
    await verify(token);
    await verify(stays);
    publish(other);
    at(Date.now() + 1001);
    await expect(verify(token)).rejects.toThrow(TokenRefused);
    await expect(verify(stays)).resolves.toMatchObject(claims);
    publish(other, issuer);
    at(Date.now() + 1001);
    await expect(verify(token)).resolves.toMatchObject(claims);
  });

  it('is another than one that differs in its signature alone', async () => {
    const [header, payload, signature = ''] = (await issuer.sign()).split('.');
    await verify([header, payload, signature].join('.'));
    const forged = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    await expect(verify([header, payload, forged].join('.'))).rejects.toThrow(TokenRefused);
  });

  it('is one that was refused before, when there was no key for it', async () => {
    publish(other);
    const token = await issuer.sign();
    for (let again = 0; again < 3; again += 1) await expect(verify(token)).rejects.toThrow(TokenRefused);
    publish(issuer);
    at(Date.now() + 1001);
    await expect(verify(token)).resolves.toMatchObject(claims);
  });
});

describe('the memory', () => {
  const verified = { claims, keys: NO_KEYS };
  const tokenOf = (n: number, length: number) => String(n).padStart(length, 'x');

  it('has room for ten thousand tokens, and keeps those that were used last', () => {
    const memory = createTokenMemory();
    for (let n = 0; n < 10_000; n += 1) memory.remember(tokenOf(n, 300), verified);
    expect(memory.recall(tokenOf(0, 300))).toBe(verified);
    for (let n = 10_000; n < 15_000; n += 1) memory.remember(tokenOf(n, 300), verified);
    expect(memory.size).toBe(10_000);
    expect(memory.recall(tokenOf(0, 300))).toBe(verified);
    expect(memory.recall(tokenOf(1, 300))).toBeUndefined();
    expect(memory.recall(tokenOf(14_999, 300))).toBe(verified);
  });

  it('has room for eight million characters of tokens', () => {
    const memory = createTokenMemory();
    for (let n = 0; n < 2000; n += 1) memory.remember(tokenOf(n, 16_384), verified);
    expect(memory.size).toBe((8 * 1024 * 1024) / 16_384);
  });

  it('keeps no token', () => {
    const set = vi.spyOn(Map.prototype, 'set');
    createTokenMemory().remember('header.payload.signature', verified);
    expect(JSON.stringify(set.mock.calls)).not.toContain('signature');
    expect(set).toHaveBeenCalled();
  });
});

import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createLocalIdentity } from '../../../local/cloud-tasks/identity.ts';

const options = { issuer: 'https://accounts.google.com', email: 'tasks@project.iam.gserviceaccount.com' };

describe('local identity', () => {
  it.each(['ES256', 'RS256'] as const)('signs with %s what its public key verifies', async (alg) => {
    const identity = await createLocalIdentity({ ...options, alg });
    const token = await identity.sign('https://worker.example');
    const verified = await jwtVerify(token, createLocalJWKSet(identity.jwks), {
      issuer: options.issuer,
      audience: 'https://worker.example',
      algorithms: [alg],
    });
    expect(verified.payload).toMatchObject({ email: options.email, email_verified: true });
    expect(verified.protectedHeader.kid).toBe(identity.jwks.keys[0]?.kid);
  });

  it('shows no private part of its key', async () => {
    const { jwks } = await createLocalIdentity(options);
    expect(jwks.keys[0]).not.toHaveProperty('d');
  });

  it('makes tokens that live one hour, with a subject of their own for each account', async () => {
    const identity = await createLocalIdentity({ ...options, now: () => 1_800_000_000_500 });
    const own = decodeJwt(await identity.sign('a'));
    const other = decodeJwt(await identity.sign('a', 'other@project.iam.gserviceaccount.com'));
    expect([own.iat, own.exp]).toEqual([1_800_000_000, 1_800_003_600]);
    expect(own.sub).toMatch(/^\d{21}$/);
    expect(other['email']).toBe('other@project.iam.gserviceaccount.com');
    expect(other.sub).not.toBe(own.sub);
  });

  it('is another identity each time', async () => {
    const [one, two] = await Promise.all([createLocalIdentity(options), createLocalIdentity(options)]);
    await expect(jwtVerify(await one.sign('a'), createLocalJWKSet(two.jwks))).rejects.toThrow();
  });
});

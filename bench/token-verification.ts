import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenVerifier } from '../shared/auth/verifier.ts';
import { AUDIENCE, createTestIssuer, ISSUER } from '../test/support/test-issuer.ts';

// What verifying a bearer token costs of a processor, the first time and every other time:
// node bench/token-verification.ts

const TOKENS = 1000;
const ROUNDS = 15;

const directory = mkdtempSync(join(tmpdir(), 'token-verification-'));
try {
  for (const alg of ['ES256', 'RS256'] as const) {
    const issuer = await createTestIssuer(alg);
    const path = join(directory, `${alg}.jwks.json`);
    writeFileSync(path, JSON.stringify(issuer.jwks));
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const tokens = await Promise.all(
      Array.from({ length: TOKENS }, (_, n) => issuer.sign({ sub: `user-${n}`, exp })),
    );
    const first: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const oidc = { issuer: ISSUER, audience: AUDIENCE, keys: { kind: 'file' as const, path } };
      const verify = createTokenVerifier(oidc);
      for (const times of [first, again]) {
        const began = process.cpuUsage();
        for (const token of tokens) await verify(token);
        const { user, system } = process.cpuUsage(began);
        times.push((user + system) / TOKENS);
      }
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[ROUNDS >> 1]?.toFixed(1);
    console.log(`${alg}: first time ${median(first)} µs, again ${median(again)} µs`);
  }
} finally {
  rmSync(directory, { recursive: true });
}

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { load } from '../../bench/deployed/load.ts';
import { planOf } from '../../bench/deployed/plan.ts';
import { launchScript } from '../e2e/launch.ts';
import { createIssuer } from '../e2e/tenants.ts';

it.each<[string, string[], RegExp]>([
  ['no target', [], /--target must name the deployment/],
  ['a target that is no address', ['--target=production'], /--target must name/],
  ['a target without TLS', ['--target=http://api.example'], /must be https, or on this machine/],
  ['more than it may send', ['--target=https://api.example', '--per-second=51'], /at most 50/],
  ['longer than it may', ['--target=https://api.example', '--seconds=601'], /at most 600/],
  ['no number', ['--target=https://api.example', '--seconds=x'], /--seconds must be above 0/],
])('asks nothing where it is given %s', (_, args, fault) => {
  const { plan, faults } = planOf(args, { TOKEN: 'a-token' });
  expect(plan).toBeUndefined();
  expect(faults.join()).toMatch(fault);
});

it('asks nothing without a token, and has no target of its own', () => {
  expect(planOf(['--target=https://api.example'], {}).faults).toEqual([
    "TOKEN must be a tenant's bearer token",
  ]);
  expect(planOf([], { TOKEN: 't', TARGET: 'https://api.example' }).plan).toBeUndefined();
});

it('follows every operation of a real service to its end', async () => {
  const issuer = await createIssuer();
  const directory = mkdtempSync(join(tmpdir(), 'deployed-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const env = { ...issuer.env, PROVIDER: 'rules', SQLITE_PATH: join(directory, 'operations.db') };
  const service = await launchScript('local/start/start.ts', env);
  onTestFinished(() => service.kill());
  const token = await issuer.token('school-1');
  const { lives, stopped } = await load({ target: new URL(service.url), token, perSecond: 20, seconds: 0.4 });
  expect(stopped).toBeUndefined();
  expect(lives.map(({ asked, status, end }) => `${asked} ${status} ${end}`).sort()).toEqual([
    ...Array(4).fill('at once 200 succeeded'),
    ...Array(4).fill('for later 202 succeeded'),
  ]);
});

it('stops asking a deployment that fails', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(500).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const target = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { stopped } = await load({ target, token: 't', perSecond: 50, seconds: 600 });
  expect(stopped).toMatch(/requests failed/);
  expect(asked).toBeLessThan(100);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../local/emulated/free-port.ts';
import { firebaseConfig } from '../../scripts/deploy/firebase-config.ts';
import { ASSET_CACHING } from '../../web/headers.ts';
import { exchange } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
import { root } from './scripts.ts';

const FIREBASE = join(root, 'scripts/deploy/firebase-tools/node_modules/.bin/firebase');
const ready = existsSync(FIREBASE) && existsSync(join(root, 'web/dist/index.html'));
if (!ready) console.warn('The Hosting emulator is not tested: firebase-tools or web/dist is not installed');

/** Firebase's own Hosting emulator before the real functions, whose addresses it asks of Cloud Run's API. */
describe.skipIf(!ready)('the Hosting emulator', { timeout: 180_000 }, () => {
  let served: ServedFunctions;
  let site: URL;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    served = await serveFunctions();
    undo.push(() => served[Symbol.asyncDispose]());
    const google = createServer((req, res) => {
      const name = req.url?.split('/').at(-1) as 'submit' | 'operations';
      res.end(JSON.stringify({ status: { url: served.origins[name]?.origin } }));
    }).listen(0, '127.0.0.1');
    await once(google, 'listening');
    undo.push(() => google.close());
    const api = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;

    const folder = mkdtempSync(join(tmpdir(), 'hosting-'));
    undo.push(() => rmSync(folder, { recursive: true }));
    symlinkSync(join(root, 'web'), join(folder, 'web'));
    const base = JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8'));
    const assets = readdirSync(join(root, 'web/dist/assets'));
    const place = { region: 'asia-south1', database: '(default)', site: 'demo-project' };
    const names = { ...place, submit: 'submit', operations: 'operations' };
    const { firestore: _, ...config } = firebaseConfig(base, names, assets);
    const [hosting, hub, logging] = [await freePort(), await freePort(), await freePort()];
    const at = (port: number) => ({ host: '127.0.0.1', port });
    const emulators = { hosting: at(hosting), hub: at(hub), logging: at(logging), ui: { enabled: false } };
    writeFileSync(join(folder, 'firebase.json'), JSON.stringify({ ...config, emulators }));
    const emulator = spawn(FIREBASE, ['emulators:start', '--only=hosting', '--project=demo-project'], {
      cwd: folder,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CI: 'true',
        FIREBASE_TOKEN: 'a-token',
        FIREBASE_TOKEN_URL: api,
        CLOUD_RUN_API_URL: api,
      },
    });
    const ended = once(emulator, 'exit');
    undo.push(async () => {
      emulator.kill('SIGTERM');
      await ended;
    });
    site = new URL(`http://127.0.0.1:${hosting}`);
    while (
      emulator.exitCode === null &&
      !(await fetch(site)
        .then(({ ok }) => ok)
        .catch(() => false))
    )
      await sleep(100);
    if (emulator.exitCode !== null) throw new Error(`the Hosting emulator ended with ${emulator.exitCode}`);
  }, 150_000);
  afterAll(async () => {
    for (const one of undo.reverse()) await one();
  });

  it('serves the page itself, to be asked for again each time', async () => {
    const { status, headers } = await exchange(site, { method: 'GET', target: '/' });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/html');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('lets everybody keep the files of the page', async () => {
    const [asset] = readdirSync(join(root, 'web/dist/assets'));
    const response = await fetch(new URL(`/assets/${asset}`, site));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe(ASSET_CACHING);
  });

  it('sends texts to submit and everything else to operations, and keeps no answer', async () => {
    const headers = { ...(await served.bearer()), 'Content-Type': 'application/json' };
    const body = JSON.stringify({ text: 'அவன் வந்தான்.' });
    const made = await exchange(site, {
      target: '/v1/proofread',
      headers: { ...headers, Prefer: 'respond-async' },
      body,
    });
    expect(made.status).toBe(202);
    const found = await exchange(site, { method: 'GET', target: String(made.headers['location']), headers });
    expect(found.status).toBe(200);
    for (const answer of [made, found]) expect(answer.headers['cache-control']).toBe('private, no-store');
  });

  it.each(['/v1/proofread', '/v1/essay-critique', '/v1/admin/integrations/an-id.1/certifications'])(
    'sends %s to submit, which wants a token',
    async (target) => {
      const { status, headers } = await exchange(site, {
        target,
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
      });
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toContain('Bearer');
    },
  );

  it.each(['/no/such/page', '/tasks/run', '/assets/no-such.js'])(
    'lets nobody keep that %s is not there',
    async (target) => {
      const { status, headers } = await exchange(site, { method: 'GET', target });
      expect(status).toBe(404);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(headers['cache-control']).toBe('private, no-store');
    },
  );
});

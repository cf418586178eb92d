import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closed, listen } from '../../local/start/listen.ts';
import { type LocalService, startService } from '../../local/start/service.ts';
import { parseConfig } from '../../shared/config.ts';
import { OPERATIONS } from '../openapi/described.ts';
import { noChromium, openChromium } from '../support/chromium.ts';

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What a script of a page sees. */
interface Seen {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly code: string | undefined;
}

describe.skipIf(noChromium)('in a browser', () => {
  const directory = mkdtempSync(join(tmpdir(), 'browser-'));
  const site = createServer((_req, res) =>
    res.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>A page'),
  );
  let browser: Browser;
  let service: LocalService;
  let port: number;
  let page: Page;
  let token: string;
  beforeAll(async () => {
    const SQLITE_PATH = join(directory, 'operations.db');
    port = (await listen(site, 0)).port;
    const CORS_ORIGINS = `http://one.example:${port},http://two.example:${port}`;
    const env = { PORT: '0', SQLITE_PATH, PROVIDER: 'rules', LOG_LEVEL: 'silent', CORS_ORIGINS };
    service = await startService(parseConfig(env, 'all'));
    token = (await service.issuer?.issue({ tenant_id: 'school-1' })) ?? '';
    browser = await openChromium();
    page = await browser.newPage();
    await page.goto(`http://one.example:${port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await closed(site);
    await service.close();
    rmSync(directory, { recursive: true });
  });

  describe('a web page of another site', () => {
    const ask = ({ path, ...init }: Asked, on = page): Promise<Seen> =>
      on.evaluate(
        async ([url, given]) => {
          const response = await fetch(url, given);
          const text = await response.text();
          return {
            status: response.status,
            headers: Object.fromEntries(response.headers),
            code: text === '' ? undefined : JSON.parse(text).code,
          };
        },
        [`http://127.0.0.1:${service.url.port}${path}`, init] as const,
      );
    const bearer = () => ({ Authorization: `Bearer ${token}` });
    const text = JSON.stringify({ text: 'அந்த பையன் வந்தான்.' });

    it('submits with every header that the API has, and reads those of the answer', async () => {
      const headers = {
        ...bearer(),
        'Content-Type': 'application/json',
        'Idempotency-Key': 'from-a-page',
        Prefer: 'respond-async, wait=20',
        'X-Request-Id': 'page-1',
      };
      const asked = { path: '/v1/proofread', method: 'POST', headers, body: text };
      const done = await ask(asked);
      expect(done).toMatchObject({
        status: 200,
        headers: {
          'x-request-id': 'page-1',
          'preference-applied': 'respond-async, wait=20',
          ratelimit: expect.any(String),
          'ratelimit-policy': expect.any(String),
        },
      });
      expect((await ask(asked)).headers).toMatchObject({ 'idempotent-replayed': 'true' });
      const queued = await ask({
        ...asked,
        headers: { ...headers, 'Idempotency-Key': 'another', Prefer: 'respond-async' },
      });
      expect(queued).toMatchObject({
        status: 202,
        headers: { location: expect.stringMatching(/^\/v1\/operations\//), 'retry-after': '1' },
      });
      const known = { ...bearer(), 'If-None-Match': '"x"', 'Last-Event-ID': '1' };
      expect((await ask({ path: String(queued.headers['location']), headers: known })).status).toBe(200);
    });

    it.each<[string, Asked, number, string]>([
      ['no token', { path: '/v1/operations' }, 401, 'unauthorized'],
      ['a wrong body', { path: '/v1/proofread', method: 'POST', body: '{}' }, 415, 'unsupported-media-type'],
      ['a wrong path', { path: '/v1/nothing', method: 'POST' }, 404, 'not-found'],
      ['a wrong method', { path: '/v1/proofread', method: 'PUT' }, 405, 'method-not-allowed'],
      [
        'a body that is too large',
        { path: '/v1/proofread', method: 'POST', body: 'x'.repeat(300_000) },
        413,
        'payload-too-large',
      ],
    ])('reads why it was refused: %s', async (_name, asked, status, code) => {
      const type = code === 'payload-too-large' ? { 'Content-Type': 'application/json' } : {};
      const headers = code === 'unauthorized' ? { Prefer: 'x' } : { ...bearer(), ...type };
      const seen = await ask({ ...asked, headers });
      expect([seen.status, seen.code]).toEqual([status, code]);
      if (status === 401) expect(seen.headers['www-authenticate']).toBe('Bearer');
    });

    it('reads nothing where its origin is not among those allowed', async () => {
      const other = await browser.newPage();
      await other.goto(`http://two.example:${port}/`);
      expect((await ask({ path: '/v1/health' }, other)).status).toBe(200);
      await other.goto(`http://three.example:${port}/`);
      await expect(ask({ path: '/v1/health' }, other)).rejects.toThrow('Failed to fetch');
      await other.close();
    });
  });

  it('the documentation shows every operation and calls it, and loads nothing from elsewhere', async () => {
    const { origin } = new URL(`http://localhost:${service.url.port}`);
    const docs = await browser.newPage();
    const loaded: string[] = [];
    const complaints: string[] = [];
    docs.on('request', (request) => void loaded.push(request.url()));
    docs.on('console', (message) => void complaints.push(message.text()));
    docs.on('pageerror', (error) => void complaints.push(error.message));
    await docs.goto(`${origin}/docs`);
    await docs.locator('.opblock').first().waitFor();
    expect(await docs.locator('.opblock').count()).toBe(OPERATIONS.length);
    await docs.locator('.btn.authorize').click();
    await docs.locator('.auth-container input').fill(token);
    await docs.locator('.auth-btn-wrapper .authorize').click();
    await docs.locator('.auth-btn-wrapper .btn-done').click();
    await docs.locator('#operations-analyses-proofread .opblock-summary-control').click();
    await docs.locator('.try-out__btn').click();
    await docs.locator('.execute').click();
    const answer = docs.locator('.live-responses-table .highlight-code').first();
    await expect.poll(() => answer.textContent()).toContain('அந்தப் பையன் ஓர் ஆடு வாங்கினான்.');
    await docs.goto(`${origin}/problems/rate-limited`);
    expect(await docs.locator('h1').textContent()).toBe('The quota is used up');
    expect(complaints).toEqual([]);
    expect(loaded.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:'))).toEqual([]);
    await docs.close();
  });
});

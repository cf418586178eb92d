import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './scripts.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly cache: string;
  readonly body?: object;
}

const answer = (status: number, body: object = {}): Answer => ({
  status,
  body,
  type: status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json',
  cache: 'private, no-store',
});

/** What a whole deployment answers; the worker's address is told by its host name. */
const whole = ({ url = '', headers }: IncomingMessage): Answer => {
  if (headers.host?.startsWith('localhost')) return { status: 404, type: 'text/html', cache: '' };
  if (url === '/v1/health' || url === '/v1/ready') return answer(200);
  if (!/^\/v1\/(proofread|essay-critique|operations\/|admin\/)/.test(url)) return answer(404);
  if (headers.authorization !== 'Bearer a-token') return answer(401);
  if (headers['prefer'] === 'respond-async') return answer(202, { operation_id: 'an-id', status: 'queued' });
  return url.endsWith('/an-id') ? answer(200, { status: 'succeeded' }) : answer(200);
};

/** Runs the smoke test against a site on loopback, and gives its exit code and what it printed. */
async function smoke(site: (request: IncomingMessage) => Answer, env: Record<string, string> = {}) {
  const server = createServer((request, response) => {
    const { status, type, cache, body = {} } = site(request);
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': cache });
    response.end(JSON.stringify(body));
  }).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const script = join(root, 'scripts/deploy/smoke.sh');
    const [site, worker] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
    const child = spawn('bash', [script, site, site, worker], {
      env: { PATH: process.env['PATH'], RETRIES: '0', PAUSE: '0', POLLS: '3', ...env },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'close');
    return { code, output };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe.concurrent('smoke.sh', () => {
  it('passes a whole deployment', async () => {
    const { code, output } = await smoke(whole);
    expect(output).not.toContain('FAILED');
    expect(output.match(/^ok: /gm)).toHaveLength(9);
    expect(code).toBe(0);
  });

  it('has a sentence proofread, at once and by the queue, where it is given a token', async () => {
    const { code, output } = await smoke(whole, { TOKEN: 'a-token' });
    expect(output).not.toContain('FAILED');
    expect(output).toMatch(
      /^ok: a proofread$[\s\S]*^ok: a proofread for later$[\s\S]*^ok: what the worker made of it$/m,
    );
    expect(code).toBe(0);
  });

  it.each([
    ['failed', answer(200, { status: 'failed' }), 'made of it: failed'],
    ['never done', answer(200, { status: 'queued' }), 'made of it: queued'],
    ['not to be found', answer(404), 'its operation: HTTP 404'],
  ])('fails on an operation that is %s', async (_, polled, message) => {
    const site = (request: IncomingMessage) => (request.url?.endsWith('/an-id') ? polled : whole(request));
    const { code, output } = await smoke(site, { TOKEN: 'a-token' });
    expect(output).toContain(message);
    expect(code).not.toBe(0);
  });

  const at = (path: string, change: Partial<Answer>) => (request: IncomingMessage) => ({
    ...whole(request),
    ...(request.url === path && !request.headers.host?.startsWith('localhost') && change),
  });
  it.each([
    ['a site that is down', at('/v1/health', { status: 404 }), 'alive: HTTP 404'],
    ['a store out of reach', at('/v1/ready', { status: 503 }), 'the store can be reached: HTTP 503'],
    ['an open door', at('/v1/proofread', { status: 200 }), 'no proofread without a token: HTTP 200'],
    ['a page for an error', at('/no-such-page', { type: 'text/html' }), 'a page: not application/problem'],
    [
      'an answer that a cache may keep',
      at('/v1/health', { cache: 'public' }),
      'alive: a shared cache may keep it',
    ],
    ['a worker behind the site', at('/tasks/run', { status: 401 }), 'not behind the site: HTTP 401'],
    ['a worker open to all', () => answer(200), 'the worker lets nobody in: HTTP 200'],
  ])('fails on %s', async (_, site, message) => {
    const { code, output } = await smoke(site);
    expect(output).toContain(`${message}`);
    expect(output).toContain('FAILED: ');
    expect(code).not.toBe(0);
  });

  it('stops at the first wrong answer where it is told to', async () => {
    const { code, output } = await smoke(() => answer(500), { FAIL_FAST: '1' });
    expect(output.match(/^(FAILED|ok).*/gm)).toEqual(['FAILED: alive: HTTP 500 instead of 200']);
    expect(code).not.toBe(0);
  });
});

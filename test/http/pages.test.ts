import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../shared/errors.ts';
import { FAILURE_GUIDE } from '../../shared/http/pages/problem-guide.ts';
import { exchange } from '../support/exchange.ts';
import { ask, get, JSON_TYPE, served } from './serving.ts';

const page = (target: string, more: { method?: string; headers?: Record<string, string> } = {}) =>
  exchange(served.origins.operations, { target, ...more });

describe('a problem’s page', () => {
  it.each([...Object.keys(PROBLEMS), ...Object.keys(FAILURE_GUIDE)])('%s', async (code) => {
    const { status, headers, text } = await page(`/problems/${code}`);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain(`<title>${code}</title>`);
    expect(text).toMatch(/When it occurs.*What to do.*<p lang="ta">[^<]*\p{Script=Tamil}/su);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^ ']+'; /);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-request-id']).toEqual(expect.any(String));
  });

  it('is where an answer’s `type` points', async () => {
    const { json } = await get('/v1/operations', {});
    expect((await page(json.type)).status).toBe(200);
  });

  it('answers HEAD as GET', async () => {
    const [head, whole] = [
      await page('/problems/forbidden', { method: 'HEAD' }),
      await page('/problems/forbidden'),
    ];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(whole.headers['content-length']);
  });

  it.each(['nothing', 'constructor', '__proto__', '%3Cscript%3E'])(
    'of no code is a problem: %s',
    async (code) => {
      const answer = await ask('operations', { target: `/problems/${code}` });
      expect([answer.status, answer.json.code]).toEqual([404, 'not-found']);
    },
  );

  it('there is one for every code that the core fails an operation with', () => {
    const sources = ['record/transitions', 'attempt/decide', 'attempt/writable-record'];
    const codes = sources.flatMap((name) =>
      [...readFileSync(`shared/operations/${name}.ts`, 'utf8').matchAll(/\bcode: '([a-z-]+)'/g)].map(
        ([, code]) => code,
      ),
    );
    expect(codes.length).toBeGreaterThan(5);
    for (const code of codes) expect({ ...PROBLEMS, ...FAILURE_GUIDE }).toHaveProperty(code ?? '');
  });
});

describe('the documentation', () => {
  const FILES = [
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/start.js', 'text/javascript; charset=utf-8'],
  ] as const;

  it('is a page that loads what is served here, and nothing inline', async () => {
    const { status, headers, text } = await page('/docs');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
    expect(text).not.toMatch(/<script>|<style|style=|https?:/);
    const loaded = [...text.matchAll(/(?:src|href)="(\/docs[^"]*)"/g)].map(([, path]) => path);
    expect(loaded.sort()).toEqual(FILES.map(([path]) => path).sort());
  });

  it('is found with a slash at its end too', async () => {
    const [plain, slashed] = [await page('/docs'), await page('/docs/')];
    expect([slashed.status, slashed.text]).toEqual([200, plain.text]);
  });

  it.each(FILES)('has %s, compressed for whom wants it', async (target, type) => {
    const { status, headers, text } = await page(target);
    expect([status, headers['content-type']]).toEqual([200, type]);
    expect(text.length).toBeGreaterThan(50);
    expect(headers['cache-control']).toBe('public, max-age=3600');
  });

  it('is packed for clients that take it so, and for no other', async () => {
    const url = new URL('/v1/openapi.json', served.origins.operations);
    const document = readFileSync('docs/openapi.json', 'utf8');
    const encodingFor = async (accepted: string) => {
      const answer = await page('/v1/openapi.json', {
        method: 'HEAD',
        headers: { 'Accept-Encoding': accepted },
      });
      return answer.headers['content-encoding'];
    };
    for (const accepted of ['br', 'gzip, br'])
      expect([accepted, await encodingFor(accepted)]).toEqual([accepted, 'br']);
    for (const accepted of ['gzip', 'br;q=0, GZIP;q=0.5', 'deflate, gzip;q=1.0, *;q=0.5'])
      expect([accepted, await encodingFor(accepted)]).toEqual([accepted, 'gzip']);
    for (const accepted of ['', 'gzip;q=0', 'gzip; q=0.000', 'identity', 'xgzip'])
      expect([accepted, await encodingFor(accepted)]).toEqual([accepted, undefined]);
    const response = await fetch(url);
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
    expect(await response.json()).toEqual(JSON.parse(document));
    const { text } = await page('/v1/openapi.json');
    expect(text).toBe(document);
    expect(gunzipSync(await packed(url)).toString()).toBe(document);
  });

  it('has no other file', async () => {
    for (const name of [
      'index.html',
      '..%2f..%2fpackage.json',
      'openapi.json',
      'constructor',
      'swagger-ui-bundle.js.map',
    ])
      expect((await ask('operations', { target: `/docs/${name}` })).json.code).toBe('not-found');
  });

  it('takes GET and HEAD only', async () => {
    for (const target of ['/docs', '/docs/start.js', '/problems/forbidden', '/v1/openapi.json']) {
      const answer = await ask('operations', { target, method: 'POST', headers: JSON_TYPE, body: '{}' });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    }
  });
});

/** The content as it came. `fetch` would unpack it. */
const packed = (url: URL): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { headers: { 'Accept-Encoding': 'gzip' } }, (response) =>
      resolve(buffer(response)),
    );
    asked.on('error', reject).end();
  });

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ASSET_CACHING, PAGE_CACHING, securityHeaders } from '../../../web/headers.ts';
import { type Served, servePage } from '../served-page.ts';

export const servingSuite = (served: () => Served) => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, served().url), { headers });
  const assets = () => readdirSync(join(served().directory, 'assets'));

  describe('the page', () => {
    it('is served with its security headers, and asked for anew every time', async () => {
      const response = await get('/');
      const html = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('Cache-Control')).toBe(PAGE_CACHING);
      for (const [name, value] of Object.entries(securityHeaders([])))
        expect(response.headers.get(name)).toBe(value);
      expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|\sstyle=|\son\w+=|https?:/);
    });

    it('has files that never change, compressed as the browser asks', async () => {
      const script = assets().find((name) => /^index-.*\.js$/.test(name)) ?? '';
      const plain = readFileSync(join(served().directory, 'assets', script));
      for (const [accepted, coding] of [
        ['gzip, deflate, br', 'br'],
        ['gzip;q=1, br;q=0', 'gzip'],
        ['identity', null],
      ] as const) {
        const response = await get(`/assets/${script}`, { 'Accept-Encoding': accepted });
        expect(response.headers.get('Content-Encoding')).toBe(coding);
        expect(response.headers.get('Cache-Control')).toBe(ASSET_CACHING);
        expect(response.headers.get('Vary')).toContain('Accept-Encoding');
        expect(Buffer.from(await response.arrayBuffer()).equals(plain)).toBe(true);
      }
    });

    it('is not sent again to whoever has it', async () => {
      const first = await get('/');
      const again = await get('/', { 'If-None-Match': first.headers.get('ETag') ?? '' });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      expect((await get('/', { 'If-None-Match': '"another"' })).status).toBe(200);
    });

    it('serves nothing but what was built', async () => {
      for (const path of [
        '/assets/..%2findex.html',
        '/assets/..%2f..%2fpackage.json',
        '/assets/none.js',
        '/x',
      ])
        expect((await get(path)).status).toBe(404);
    });

    it('says so where it was not built', async () => {
      const empty = await servePage(join(served().directory, 'nothing'));
      const response = await fetch(empty.url);
      expect(response.status).toBe(404);
      expect(await response.text()).toMatch(/npm run build:page/);
      await empty.close();
    });

    it('is smaller than 180 kB, gzipped and without its font', () => {
      const sizes = assets()
        .filter((name) => !name.endsWith('.woff2'))
        .map((name) => gzipSync(readFileSync(join(served().directory, 'assets', name))).length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(180_000);
    });
  });
};

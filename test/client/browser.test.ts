import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type * as Module from '../../client/src/client.ts';
import { noChromium, openChromium } from '../support/chromium.ts';
import { holdModel, LONG, proxy, SHORT, service } from './serving.ts';

/** Where the page keeps the client for the code of the tests. */
interface Global {
  module: typeof Module;
}

describe.skipIf(noChromium)('in a browser, on a page of another site, the client', () => {
  let script: string;
  beforeAll(async () => {
    const bundle = await rolldown({ input: 'client/src/client.ts', platform: 'browser' });
    const { output } = await bundle.generate({ format: 'es' });
    script = output[0].code;
  });

  /** A page that has loaded the client as a module, and nothing else. */
  async function openPage(): Promise<Page> {
    const server = createServer((request, response) => {
      const isScript = request.url === '/client.js';
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      const page = `<script type="module">import * as module from './client.js'; globalThis.module = module;</script>`;
      response.end(isScript ? script : page);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const browser = await openChromium();
    onTestFinished(async () => {
      await browser.close();
      server.close();
    });
    const page = await browser.newPage();
    await page.goto(`http://site.example:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.module !== undefined');
    return page;
  }

  it('proofreads, waits, repeats what was lost, and cancels', async () => {
    const page = await openPage();
    const settings = { baseUrl: proxy.url, token: await service.token('browser'), SHORT, LONG };
    proxy.fault = ({ index }) => (index === 1 ? { answer: 'lost' } : undefined);
    const short = await page.evaluate(async ({ SHORT: text, LONG: _, ...options }) => {
      const { createClient } = (globalThis as unknown as Global).module;
      const { result } = await createClient(options).proofread(text);
      return result.original_text;
    }, settings);
    expect(short).toBe(SHORT);

    const answer = holdModel();
    const long = page.evaluate(async ({ LONG: text, SHORT: _, ...options }) => {
      const { createClient } = (globalThis as unknown as Global).module;
      const states: string[] = [];
      await createClient(options).proofread(text, {
        onAccepted: ({ status }) => states.push(status),
        onProgress: ({ status }) => states.push(status),
      });
      return states;
    }, settings);
    await expect.poll(() => proxy.passed.filter(({ method }) => method === 'GET').length).toBeGreaterThan(0);
    answer();
    expect((await long).at(0)).toBe('queued');
    expect((await long).at(-1)).toBe('succeeded');

    holdModel();
    const aborted = await page.evaluate(async ({ LONG: text, SHORT: _, ...options }) => {
      const { createClient, AbortError } = (globalThis as unknown as Global).module;
      const controller = new AbortController();
      try {
        await createClient(options).proofread(text, {
          signal: controller.signal,
          cancelOnAbort: true,
          onAccepted: () => controller.abort(),
        });
      } catch (error) {
        if (error instanceof AbortError) return [error.name, await error.cancellation];
      }
      return [];
    }, settings);
    expect(aborted).toEqual(['AbortError', true]);
  });
});

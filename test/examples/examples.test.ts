import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noChromium, openChromium } from '../support/chromium.ts';
import { type LocalServiceFixture, startLocalService } from '../support/local-service.ts';

let service: LocalServiceFixture;
beforeAll(async () => {
  // So that every text becomes an operation, which an example has to wait for.
  service = await startLocalService({ PROVIDER: 'rules', SYNC_TEXT_THRESHOLD: '1' });
});
afterAll(() => service[Symbol.asyncDispose]());

/** Runs an example as its reader would: it gets a token by itself. */
const outputOf = async (program: string, ...argv: string[]): Promise<string> => {
  const env = { PATH: process.env['PATH'], GOTAMIL_API: service.url, PYTHONIOENCODING: 'utf-8' };
  const { stdout, stderr } = await promisify(execFile)(program, argv, { env, timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
};

const CORRECTED = 'அந்தப் பையன் ஓர் ஆடு வாங்கினான்.';
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync);
if (PYTHON === undefined) console.warn('No python3. Skipped without it: the example in Python.');

describe('the example', () => {
  it('for curl asks, waits, and streams', async () => {
    const [, asked, waited, streamed] = (await outputOf('sh', 'examples/analyse.sh')).split(/^== .*\n/m);
    expect(asked).toMatch(/^\S+ succeeded\n$/m);
    expect(waited).toContain(`"corrected_text":"${CORRECTED}"`);
    expect(streamed).toMatch(/^event: operation$/m);
    expect(streamed).toContain(`"corrected_text":"${CORRECTED}"`);
  });

  it('for TypeScript shows what was found', async () => {
    const output = await outputOf(process.execPath, 'examples/analyse.ts');
    expect(output).toMatch(/^accepted as \S+\n/);
    expect(output).toMatch(/^0–4: அந்த → அந்தப் \(/m);
    expect(output.endsWith(`${CORRECTED} (rules)\n`)).toBe(true);
  });

  it.skipIf(PYTHON === undefined)('for Python finds its places behind an emoji too', async () => {
    const output = await outputOf(PYTHON ?? '', 'examples/analyse.py');
    expect(output).toMatch(/^அந்த → அந்தப் \(/);
    expect(output).toMatch(/^ஒரு → ஓர் \(/m);
    expect(output.endsWith(`😀 ${CORRECTED}\n`)).toBe(true);
  });

  describe.skipIf(noChromium)('for browsers', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openChromium();
    });
    afterAll(() => browser.close());

    it('marks what was found', async () => {
      const page = await browser.newPage();
      await page.goto(String(pathToFileURL('examples/analyse.html')));
      await page.fill('[name=api]', service.url);
      await page.fill('[name=token]', await service.token('browsing'));
      await page.click('button');
      await expect.poll(() => page.locator('mark').allTextContents()).toEqual(['அந்த', 'ஒரு']);
      expect(await page.locator('[role=status]').textContent()).toBe('succeeded');
      await page.fill('[name=text]', ' ');
      await page.click('button');
      await expect.poll(() => page.locator('[role=status]').textContent()).toMatch(/^validation-error: /);
    });
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedPage } from '../open-page.ts';
import type { Served } from '../served-page.ts';

export const connectionSuite = (browser: () => Browser, served: () => Served) =>
  describe('a cut connection', () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await OpenedPage.open(browser(), served());
    });
    afterAll(() => opened.close());

    it('is said at once, loses nothing, and lets the check go on by itself when it is back', async () => {
      const context = opened.page.context();
      await opened.check('ஒரு ஆடு.');
      await context.setOffline(true);
      await opened.page.locator('.offline').waitFor();
      await opened.hears('இணைப்பு இல்லை');
      await opened.accept.click();
      expect(await opened.text()).toBe('ஓர் ஆடு.');
      await opened.write('அந்த பையன்.');
      await opened.page.locator('.toolbar .primary').click();
      await opened.page.locator('.operation.sending').waitFor();
      await context.setOffline(false);
      await opened.ended();
      expect(await opened.marks()).toEqual(['அந்த']);
      expect(await opened.page.locator('.offline').count()).toBe(0);
    });

    it('ends in words that say what to do where the service never answers', async () => {
      await opened.page.clock.install();
      await opened.page.route('**/v1/**', (route) => route.abort());
      await opened.page.locator('.toolbar .primary').click();
      await expect
        .poll(async () => {
          await opened.page.clock.runFor(10_000);
          return opened.page.locator('.failure').count();
        })
        .toBe(1);
      expect(await opened.page.locator('.failure').textContent()).toMatch('சேவையை அடைய முடியவில்லை');
      expect(await opened.text()).toBe('அந்த பையன்.');
      await opened.page.unroute('**/v1/**');
      await opened.page.clock.resume();
      await opened.page.getByRole('button', { name: 'மீண்டும் முயல்' }).click();
      await opened.page.locator('.operation.succeeded').waitFor();
    });
  });

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GeminiStandIn, sound, startGeminiStandIn } from '../../support/gemini-stand-in.ts';
import { OpenedPage } from '../open-page.ts';
import { type Served, servePage } from '../served-page.ts';

const TEXT = 'அவன் பாம்பு பிடித்தான். அவள் பாடினால்.';
const issue = (excerpt: string, suggestion: string) => ({
  type: 'grammar',
  severity: 'medium',
  excerpt,
  before: '',
  suggestion,
  message: 'எழுவாயும் பயனிலையும் இயைய வேண்டும்.',
});

/** Another window of the tenant makes an operation. */
const MAKE_OPERATION = `(async () => {
  const headers = { 'Content-Type': 'application/json', Prefer: 'respond-async' };
  const body = JSON.stringify({ tenant_id: 'demo', roles: ['tenant_admin'] });
  const { token } = await (await fetch('/dev/token', { method: 'POST', headers, body })).json();
  headers.Authorization = 'Bearer ' + token;
  await fetch('/v1/proofread', { method: 'POST', headers, body: JSON.stringify({ text: 'மற்றொன்று.' }) });
})()`;

/** With a model that takes its time, on a service of its own. */
export const operationsSuite = (browser: () => Browser, served: () => Served) =>
  describe('an operation', () => {
    let gemini: GeminiStandIn;
    let slow: Served;
    let opened: OpenedPage;
    beforeAll(async () => {
      gemini = await startGeminiStandIn();
      slow = await servePage(served().directory, {
        PROVIDER: 'gemini',
        GEMINI_API_KEY: 'key',
        GEMINI_BASE_URL: gemini.url,
        SYNC_TIMEOUT_MS: '100',
      });
      opened = await OpenedPage.open(browser(), slow);
    });
    afterAll(async () => {
      await opened.close();
      await slow.close();
      await gemini.close();
    });
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const phase = () => opened.page.locator('.operation .phase').textContent();
    const rows = () => opened.page.locator('.operations li');
    const openList = async () => {
      await opened.page.getByRole('button', { name: 'முந்தைய பணிகள்' }).click();
      await rows().first().waitFor();
    };

    it('is followed from the queue to its end, while the text is edited', async () => {
      gemini.respondWith(async () => {
        await answered;
        return { answer: { issues: [issue('பாடினால்', 'பாடினாள்')] } };
      });
      await opened.write(TEXT);
      await opened.page.keyboard.press('Control+Enter');
      await expect.poll(phase).toMatch('ஆய்வு நடக்கிறது');
      await opened.page.locator('progress').waitFor();
      await opened.page.keyboard.press('Control+Home');
      await opened.page.keyboard.insertText('நேற்று ');
      answer();
      await opened.ended();
      expect(await phase()).toBe('முடிந்தது');
      expect(await opened.marks()).toEqual(['பாடினால்']);
      await opened.accept.click();
      expect(await opened.text()).toBe('நேற்று அவன் பாம்பு பிடித்தான். அவள் பாடினாள்.');
      expect(await opened.page.locator('footer').textContent()).toMatch('gemini · gemini-3.8-flash');
    });

    it('is cancelled by its button, which cancels it at the service and at the model', async () => {
      gemini.respondWith(() => ({ hang: true }));
      const before = gemini.calls.length;
      await opened.page.locator('.toolbar .primary').click();
      await expect.poll(phase).toMatch('ஆய்வு நடக்கிறது');
      await expect.poll(() => gemini.calls.length).toBeGreaterThan(before);
      await opened.page.getByRole('button', { name: 'நிறுத்து' }).click();
      await opened.hears('நிறுத்தப்பட்டது');
      await opened.ended();
      await opened.page.getByRole('button', { name: 'முந்தைய பணிகள்' }).click();
      await expect
        .poll(() => opened.page.locator('.operations li .status').first().textContent())
        .toBe('நிறுத்தப்பட்டது');
      await opened.page.keyboard.press('Escape');
    });

    it('that fails says why in the words of the service, with its id, and can be tried again', async () => {
      gemini.respondWith(() => ({ error: 400, message: 'unsafe' }));
      await opened.page.locator('.toolbar .primary').click();
      await opened.ended();
      const failure = opened.page.locator('.failure');
      expect(await failure.textContent()).toMatch(
        /மறுத்துவிட்டது[\s\S]*provider-request-rejected[\s\S]*[0-9a-f-]{36}/,
      );
      await opened.hears('முடியவில்லை');
      gemini.respondWith(sound);
      await failure.getByRole('button', { name: 'மீண்டும் முயல்' }).click();
      await opened.page.locator('.operation.succeeded').waitFor();
    });

    it('of earlier is found in the list, opened at its result, and erased when that is said twice', async () => {
      await opened.write('வேறு உரை.');
      await openList();
      const first = rows().filter({ hasText: 'அவன் பாம்பு' }).last();
      await first.getByRole('button', { name: /^திற/ }).click();
      await expect.poll(() => opened.text()).toBe(TEXT);
      expect(await opened.marks()).toEqual(['பாடினால்']);
      await opened.editor.focus();
      await opened.page.keyboard.press('Control+z');
      await expect.poll(() => opened.text()).toBe('வேறு உரை.');
      await openList();
      const before = await rows().count();
      const erase = rows().last().getByRole('button', { name: /அழி$/ });
      await erase.click();
      expect(await erase.textContent()).toMatch('அழித்துவிடவா?');
      await opened.page.keyboard.press('Shift+Tab');
      expect(await erase.textContent()).not.toMatch('அழித்துவிடவா?');
      await erase.dblclick();
      await expect.poll(() => rows().count()).toBe(before - 1);
      await opened.hears('அழிக்கப்பட்டன');
      expect(await opened.page.evaluate("document.activeElement.closest('dialog') !== null")).toBe(true);
      await opened.page.keyboard.press('Escape');
    });

    it('is what a hand on its row meant, while the list is loaded anew', async () => {
      await openList();
      const named = rows().last().getByRole('button', { name: /^திற/ });
      const pressed = await named.elementHandle();
      const former = await rows().last().textContent();
      await opened.page.evaluate(MAKE_OPERATION);
      const before = await rows().count();
      await opened.page.getByRole('button', { name: 'புதுப்பி' }).click();
      await expect.poll(() => rows().count()).toBe(before + 1);
      // Lit would else give the button to the row that has taken its place.
      expect(await pressed?.evaluate((button) => button.closest('li')?.textContent)).toBe(former);
      await opened.page.keyboard.press('Escape');

      const held = Promise.withResolvers<void>();
      await opened.page.route('**/v1/operations?*', async (route) => {
        await held.promise;
        await route.continue();
      });
      await opened.page.getByRole('button', { name: 'முந்தைய பணிகள்' }).click();
      await opened.page.getByText('ஏற்றப்படுகிறது').waitFor();
      expect(await rows().count()).toBe(0);
      held.resolve();
      await rows().first().waitFor();
      await opened.page.unroute('**/v1/operations?*');
      await opened.page.keyboard.press('Escape');
    });

    it('is not opened by an answer that comes when the list is closed', async () => {
      await opened.write('புதிய உரை.');
      await openList();
      const held = Promise.withResolvers<void>();
      await opened.page.route('**/v1/operations/*', async (route) => {
        await held.promise;
        await route.continue();
      });
      const answered = opened.page.waitForResponse('**/v1/operations/*');
      await rows().first().getByRole('button', { name: /^திற/ }).click();
      await opened.page.keyboard.press('Escape');
      held.resolve();
      await (await answered).finished();
      await opened.page.evaluate('new Promise((resolve) => setTimeout(resolve, 50))');
      expect(await opened.text()).toBe('புதிய உரை.');
      await opened.page.unroute('**/v1/operations/*');
    });
  });

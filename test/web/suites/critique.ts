import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedPage } from '../open-page.ts';
import type { Served } from '../served-page.ts';

export const critiqueSuite = (browser: () => Browser, served: () => Served) =>
  describe('a critique', () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await OpenedPage.open(browser(), served());
      await opened.page.getByRole('button', { name: 'கட்டுரை மதிப்பீடு' }).click();
      await opened.page.getByRole('button', { name: 'கட்டுரை', exact: true }).click();
      await opened.again();
    });
    afterAll(() => opened.close());
    const panel = () => opened.page.locator('.panel');

    it('stands beside the essay: what to fix first, what needs care, and four sections', async () => {
      expect(await panel().locator('.fixes li').count()).toBeGreaterThan(0);
      expect(await panel().locator('.flags li').count()).toBeGreaterThan(0);
      expect(await panel().locator('.critique-section').count()).toBe(4);
      expect(await panel().locator('.badge').count()).toBeGreaterThan(0);
      expect((await opened.marks()).length).toBeGreaterThan(3);
    });

    it('points into the text, and the text back to it', async () => {
      const quoted = panel().locator('button.excerpt').first();
      await quoted.click();
      const active = opened.page.locator('text-editor .mark.active');
      const said = (await quoted.textContent())?.trim() ?? '';
      expect(said.startsWith(((await active.first().textContent()) ?? '-').trim())).toBe(true);
      await opened.page.locator('text-editor .mark.facts').first().click();
      await expect.poll(() => panel().locator('.item.open').getAttribute('class')).toMatch('facts');
    });

    it('leads from a flag to its item, and from the top to a section', async () => {
      await panel().locator('.flags button').first().click();
      await expect.poll(() => panel().locator('.item.open').count()).toBe(1);
      await panel()
        .getByRole('button', { name: /மேற்கோள்/ })
        .first()
        .click();
      await expect.poll(() => opened.page.evaluate('document.activeElement.textContent')).toMatch(/மேற்கோள்/);
    });

    it('puts a suggestion into the text, and takes it back', async () => {
      const before = await opened.text();
      await panel().getByRole('button', { name: 'உரையில் இடுக' }).first().click();
      await expect.poll(() => opened.text()).not.toBe(before);
      await opened.editor.focus();
      await opened.page.keyboard.press('Control+z');
      await expect.poll(() => opened.text()).toBe(before);
    });

    it('is opened again with its essay, which is kept on the device', async () => {
      const essay = await opened.text();
      await opened.write('வேறு.');
      await opened.page.getByRole('button', { name: 'முந்தைய பணிகள்' }).click();
      await opened.page
        .getByRole('button', { name: /^திற: கட்டுரை/ })
        .first()
        .click();
      await expect.poll(() => opened.text()).toBe(essay);
      expect((await opened.marks()).length).toBeGreaterThan(3);
    });
  });

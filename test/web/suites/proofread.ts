import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedPage } from '../open-page.ts';
import type { Served } from '../served-page.ts';

const TEXT = 'அந்த பையன் ஒரு ஆடு வாங்கினான். குளந்தைகள் பாடின.';

export const proofreadSuite = (browser: () => Browser, served: () => Served) =>
  describe('a proofreading', () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await OpenedPage.open(browser(), served());
    });
    afterAll(() => opened.close());

    it('marks every issue in place, with the card of the first open', async () => {
      await opened.check(TEXT);
      expect(await opened.marks()).toEqual(['அந்த', 'ஒரு', 'குளந்தைகள்']);
      expect(await opened.accept.textContent()).toMatch('அந்தப்');
      await opened.hears('3 இடங்கள்');
    });

    it('goes on by itself from one card to the next, by keyboard alone', async () => {
      const { page } = opened;
      await page.keyboard.press('F8');
      await page.keyboard.press('Enter');
      await expect.poll(() => opened.accept.textContent()).toMatch('ஓர்');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await expect.poll(() => opened.text()).toBe('அந்தப் பையன் ஓர் ஆடு வாங்கினான். குழந்தைகள் பாடின.');
      await opened.hears('மீதம் 0');
    });

    it('brings back by undo what was accepted, with its mark', async () => {
      await opened.page.keyboard.press('Control+z');
      await expect.poll(() => opened.marks()).toEqual(['குளந்தைகள்']);
      await opened.editor.focus();
      await opened.page.keyboard.press('Control+z');
      await expect.poll(() => opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்']);
    });
  });

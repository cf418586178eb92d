import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedPage } from '../open-page.ts';
import type { Served } from '../served-page.ts';

const TEXT = 'அந்த பையன் ஒரு ஆடு வாங்கினான். குளந்தைகள் பாடின.';
const CORRECTED = 'அந்தப் பையன் ஓர் ஆடு வாங்கினான். குழந்தைகள் பாடின.';

export const proofreadSuite = (browser: () => Browser, served: () => Served) =>
  describe('a proofreading', () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await OpenedPage.open(browser(), served());
    });
    afterAll(() => opened.close());
    const press = (key: string) => opened.page.keyboard.press(key);

    it('marks every issue in place, with the card of the first open', async () => {
      await opened.check(TEXT);
      expect(await opened.marks()).toEqual(['அந்த', 'ஒரு', 'குளந்தைகள்']);
      expect(await opened.accept.textContent()).toMatch('அந்தப்');
      expect(await opened.card.locator('.reason').textContent()).toMatch('வல்லினம் மிகும்');
      await opened.hears('3 இடங்கள்');
    });

    it('goes on by itself from one card to the next, by keyboard alone', async () => {
      await press('F8');
      await press('Enter');
      await expect.poll(() => opened.accept.textContent()).toMatch('ஓர்');
      await press('Enter');
      await press('Enter');
      await expect.poll(() => opened.text()).toBe(CORRECTED);
      await opened.hears('மீதம் 0');
      expect(await opened.page.locator('.summary').textContent()).toMatch('3 ஏற்கப்பட்டன');
    });

    it('brings back by undo what was accepted, with its mark, and by redo the correction', async () => {
      await press('Control+z');
      await expect.poll(() => opened.marks()).toEqual(['குளந்தைகள்']);
      await opened.editor.focus();
      await press('Control+z');
      await press('Control+z');
      await expect.poll(() => opened.text()).toBe(TEXT);
      expect(await opened.marks()).toEqual(['அந்த', 'ஒரு', 'குளந்தைகள்']);
      await press('Control+y');
      await expect.poll(() => opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்']);
      await press('Control+z');
    });

    it('compares the text before and after', async () => {
      await opened.check(TEXT);
      await opened.page.locator('text-editor .mark', { hasText: 'அந்த' }).click();
      await opened.accept.click();
      await opened.page.getByRole('button', { name: 'முன்னும் பின்னும்' }).click();
      await opened.page.locator('ins').waitFor();
      expect(await opened.page.locator('del:visible').allTextContents()).toEqual(['அந்த']);
      expect(await opened.page.locator('ins').allTextContents()).toEqual(['அந்தப்']);
      await opened.page.getByRole('button', { name: 'எழுதத் திரும்பு' }).click();
    });

    it('leaves a mark alone when its text was edited, and moves the others along', async () => {
      await opened.check(TEXT);
      await opened.page.locator('text-editor .mark', { hasText: 'ஒரு' }).click();
      await press('Control+Home');
      await opened.page.keyboard.insertText('முதலில் ');
      await press('ArrowRight');
      await opened.page.keyboard.insertText('x');
      await expect.poll(() => opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்']);
      expect(await opened.page.locator('.summary').textContent()).toMatch('1 இடத்தில் உரை மாறியுள்ளது');
      await opened.accept.click();
      await expect.poll(() => opened.text()).toMatch('முதலில் அxந்த பையன் ஓர் ஆடு');
      await press('Control+z');
    });

    it('ignores one place, which stays ignored when the text is checked again, or a rule', async () => {
      await opened.check(`${TEXT} இந்த பெட்டி அது. அந்த கடல் ஆழம்.`);
      const ignore = (name: string) => opened.card.getByRole('button', { name }).click();
      await ignore('இம்முறை தவிர்');
      await expect.poll(() => opened.accept.textContent()).toMatch('ஓர்');
      await opened.again();
      expect(await opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்', 'இந்த', 'அந்த']);
      await opened.page.getByRole('button', { name: 'இந்த' }).first().click();
      await ignore('இவ்விதியைத் தவிர்');
      await expect.poll(() => opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்']);
      await opened.again();
      expect(await opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்']);
      await opened.page.locator('.disabled summary').click();
      await opened.page.getByRole('button', { name: /demonstrative/ }).click();
      await opened.again();
      expect(await opened.marks()).toEqual(['ஒரு', 'குளந்தைகள்', 'இந்த', 'அந்த']);
    });

    it('accepts at once only what is certain', async () => {
      await opened.check('குளந்தைகள் அந்த பையனின் விமாணத்தில் சென்றார். ஒரு ஆடு. நாகரீகம் வளர்ந்தது.');
      await opened.page.getByRole('button', { name: 'உறுதியான 3 திருத்தங்களை ஏற்க' }).click();
      await expect
        .poll(() => opened.text())
        .toBe('குழந்தைகள் அந்த பையனின் விமானத்தில் சென்றார். ஒரு ஆடு. நாகரிகம் வளர்ந்தது.');
      expect(await opened.marks()).toEqual(['அந்த', 'ஒரு']);
      await press('Control+z');
      await expect.poll(() => opened.text()).toMatch('குளந்தைகள் அந்த பையனின் விமாணத்தில்');
    });

    it('says so where nothing was found, and where nothing was written', async () => {
      await opened.check('அவன் வந்தான்.');
      expect(await opened.page.locator('.summary h2').textContent()).toMatch('பிழை ஏதும் காணப்படவில்லை');
      await opened.write(' ');
      await press('Control+Enter');
      await opened.hears('முதலில் ஓர் உரையை எழுதுங்கள்');
    });

    it('checks again what is written after the first check, and keeps of such operations the last', async () => {
      await opened.page.clock.install();
      await opened.check('அவன் வந்தான்.');
      await opened.page.getByLabel('எழுதும்போதே').check();
      await opened.editor.click();
      await press('Control+End');
      for (const [written, found] of [
        [' ஒரு ஆடு.', ['ஒரு']],
        [' அந்த பையன்.', ['ஒரு', 'அந்த']],
      ] as const) {
        await opened.page.keyboard.insertText(written);
        await opened.page.clock.fastForward(1300);
        await expect.poll(() => opened.marks()).toEqual(found);
      }
      await opened.page.keyboard.insertText('!');
      expect(await opened.text()).toMatch(/பையன்\.!$/);
      await opened.page.getByRole('button', { name: 'முந்தைய பணிகள்' }).click();
      const titles = opened.page.locator('.operations b');
      const refresh = opened.page.getByRole('button', { name: 'புதுப்பி' });
      // The former one is erased a moment after the last has been shown.
      const newest = async () => {
        await refresh.click();
        return (await titles.allTextContents()).slice(0, 3).map((title) => title.trim());
      };
      await expect.poll(newest, { interval: 200 }).toEqual(['பிழை திருத்தம்', 'அவன் வந்தான்.', 'அவன் வந்தான்.']);
      await press('Escape');
      await opened.page.getByLabel('எழுதும்போதே').uncheck();
    });

    it('keeps the draft on the device, however soon the page is left', async () => {
      await opened.write('என் வரைவு.');
      await opened.page.reload();
      await opened.editor.waitFor();
      expect(await opened.text()).toBe('என் வரைவு.');
    });

    it('checks a text that is longer than one request in parts', async () => {
      const paragraph = `${'அவன் வந்தான். '.repeat(150)}அந்த பையன்.\n\n`;
      await opened.check(paragraph.repeat(8));
      await opened.hears('8 இடங்கள்');
      await opened.write('அ'.repeat(100_001));
      await press('Control+Enter');
      await opened.hears('1,00,000 எழுத்துக்குறிகள் வரை');
    });
  });

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DESKTOP, OpenedPage, PHONE } from '../open-page.ts';
import type { Served } from '../served-page.ts';

const ESSAY = 'உலகில் 70% மக்கள் குடிநீர் இல்லாமல் தவிக்கிறார்கள். அந்த பையன் ஒரு ஆடு வாங்கினான். குளந்தைகள் பாடின.';

export const accessibilitySuite = (browser: () => Browser, served: () => Served) =>
  describe('the page is for everybody', () => {
    it.each([
      ['light', 'desktop', DESKTOP, 'all'],
      ['dark', 'desktop', DESKTOP, 'main'],
      ['light', 'phone', PHONE, 'main'],
      ['dark', 'phone', PHONE, 'all'],
    ] as const)('axe finds nothing: %s, %s', async (colorScheme, _name, size, states) => {
      const opened = await OpenedPage.open(browser(), served(), {
        ...size,
        colorScheme,
        reducedMotion: 'reduce',
      });
      const { page } = opened;
      /** Each look takes a second, so some states are looked at in two of the four only. */
      const violations = async (state: string, isMain = false) => {
        if (!isMain && states === 'main') return [];
        // Legacy: without a page of its own for each look, which only frames from elsewhere need.
        const { violations: found } = await new AxeBuilder({ page })
          .setLegacyMode()
          .options({ resultTypes: ['violations'] })
          .analyze();
        return found.map(
          ({ id, nodes }) =>
            `${state}: ${id} ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`,
        );
      };
      const ground = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      expect(/^rgb\((\d+)/.exec(String(ground))?.[1]).toSatisfy(
        (red) => Number(red) < 128 === (colorScheme === 'dark'),
      );
      expect(await violations('empty')).toEqual([]);
      await opened.check(ESSAY);
      expect(await violations('issues', true)).toEqual([]);
      await opened.accept.click();
      await page.getByRole('button', { name: 'முன்னும் பின்னும்' }).click();
      await page.locator('ins').first().waitFor();
      expect(await violations('comparison')).toEqual([]);
      await page.getByRole('button', { name: 'எழுதத் திரும்பு' }).click();
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Essay critique' }).click();
      await opened.again();
      expect(await violations('critique', true)).toEqual([]);
      await page.getByRole('button', { name: 'Past operations' }).click();
      await page.locator('.operations li').first().waitFor();
      expect(await violations('past operations')).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await opened.close();
    });

    it('has its keys: every control can be reached, and the focus is never lost', async () => {
      const opened = await OpenedPage.open(browser(), served());
      const { page } = opened;
      const focused = () =>
        page.evaluate(
          '(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).getAttribute("aria-label") ?? document.activeElement.textContent.trim()',
        );
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('உரைக்குச் செல்க');
      await page.keyboard.press('Enter');
      await page.keyboard.insertText('அந்த பையன் ஒரு ஆடு வாங்கினான்.');
      await page.keyboard.press('Control+Enter');
      await opened.card.waitFor();
      expect(await focused()).toBe('உங்கள் உரை');
      await page.keyboard.press('F8');
      await expect.poll(focused).toBe('ஏற்க: அந்த என்பதற்கு அந்தப்');
      await page.keyboard.press('Escape');
      await expect.poll(focused).toBe('உங்கள் உரை');
      await page.keyboard.press('Alt+Enter');
      await expect.poll(focused).toBe('ஏற்க: ஒரு என்பதற்கு ஓர்');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(focused).toBe('எல்லாம் பார்த்தாயிற்று');
      await page.getByRole('button', { name: 'முன்னும் பின்னும்' }).first().focus();
      await page.keyboard.press('Enter');
      await page.locator('.comparison').waitFor();
      await expect.poll(focused).toBe('முன்னும் பின்னும்');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(focused).toBe('முன்னும் பின்னும்');
      expect(await page.evaluate('document.activeElement.localName')).toBe('button');
      const reached = new Set<unknown>();
      for (let tabs = 0; tabs < 20; tabs += 1) {
        await page.keyboard.press('Tab');
        reached.add(await focused());
      }
      for (const name of [
        'புதிய உரை',
        'மீள்',
        'நகலெடு',
        'பதிவிறக்கு',
        'முன்னும் பின்னும்',
        'முந்தைய பணிகள்',
        'சரிபார்',
        'English',
      ])
        expect(reached).toContain(name);
      await opened.close();
    });

    it('is for a finger: a touch on a mark opens its card, and no keyboard over it', async () => {
      const opened = await OpenedPage.open(browser(), served(), { ...PHONE, isMobile: true });
      const { page } = opened;
      await opened.check('அந்த பையன் ஒரு ஆடு வாங்கினான்.');
      await page.evaluate('document.activeElement.blur()');
      await page.locator('text-editor .mark', { hasText: 'ஒரு' }).tap();
      await expect.poll(() => opened.accept.textContent()).toMatch('ஓர்');
      expect(await page.evaluate('document.activeElement.localName')).not.toBe('text-editor');
      await page.locator('text-editor .mark', { hasText: 'ஒரு' }).tap();
      await expect.poll(() => page.evaluate('document.activeElement.localName')).toBe('text-editor');
      await opened.close();
    });

    it('speaks the language that was chosen, also next time', async () => {
      const opened = await OpenedPage.open(browser(), served());
      const { page } = opened;
      await page.getByRole('button', { name: 'English' }).click();
      await page.reload();
      await opened.editor.waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('en');
      await page.getByRole('heading', { name: 'Tamil writing assistant' }).waitFor();
      await opened.close();
    });
  });

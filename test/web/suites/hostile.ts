import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedPage, PHONE } from '../open-page.ts';
import type { Served } from '../served-page.ts';

const MARKUP = '<img src=x onerror="document.title=\'broken\'"><script>document.title="broken"</script>';
/** Turns what follows it around, unless it is isolated. */
const BIDI = '\u202Eதலைகீழ்\u2066';
const TEXT = `<b>அந்த பையன்</b> ${BIDI} ${MARKUP}`;

const operation = (endpoint: string, result: object) => ({
  operation_id: '0198b3c8-0000-7000-8000-000000000001',
  request_id: MARKUP,
  tenant_id: 'demo',
  endpoint,
  status: 'succeeded',
  created_at: '2026-11-26T10:00:00.000Z',
  updated_at: '2026-11-26T10:00:00.000Z',
  completed_at: '2026-11-26T10:00:00.000Z',
  provider: MARKUP,
  model: BIDI,
  latency_ms: 1,
  result,
});

/** What no service of ours would answer. */
export const hostileSuite = (browser: () => Browser, served: () => Served) =>
  describe('a hostile result', () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await OpenedPage.open(browser(), served(), PHONE);
      await opened.page.route('**/v1/proofread', (route) =>
        route.fulfill({
          json: operation('proofread', {
            original_text: TEXT,
            corrected_text: MARKUP,
            issues: [
              {
                type: 'spelling',
                severity: 'high',
                message: MARKUP,
                start: 0,
                end: 3,
                suggestion: MARKUP,
                rule: MARKUP,
              },
              { type: 'x"><script>', severity: '<b>', message: BIDI, start: 3, end: 8, suggestion: BIDI },
              {
                type: 'grammar',
                severity: 'low',
                message: 'மிக நீளம்'.repeat(3000),
                start: 9,
                end: 14,
                suggestion: 'ப'.repeat(20_000),
              },
              { type: 'style', severity: 'low', message: 'வெளியே', start: -5, end: 99_999, suggestion: '' },
              { type: 'style', severity: 'low', message: 'எண் இல்லை', start: null, end: '7', suggestion: '' },
            ],
          }),
        }),
      );
      await opened.page.route('**/v1/essay-critique', (route) => {
        const item = {
          id: MARKUP,
          category: MARKUP,
          severity: MARKUP,
          title: MARKUP,
          description: BIDI,
          location: { from: 0, to: 99_999, excerpt: MARKUP },
          suggestion: { text: MARKUP, canAutoApply: true, meaningMayChange: true },
          badge: MARKUP,
          sourceUrl: 'javascript:document.title="broken"',
          sourceTitle: MARKUP,
        };
        const section = { title: MARKUP, summary: BIDI, items: [item, { ...item, location: null }] };
        return route.fulfill({
          json: operation('essay-critique', {
            summary: MARKUP,
            topFixes: [MARKUP],
            sections: { structure: section, clarity: section, facts: section, citations: section },
            safetyFlags: [{ itemId: MARKUP, type: MARKUP, message: MARKUP }],
          }),
        });
      });
    });
    afterAll(() => opened.close());

    const TURNED_OUTSIDE = `(() => {
      const walker = document.createTreeWalker(document.querySelector('writing-page'), NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (data.includes('\u202E') && parentElement.closest('bdi, [role=cell], .visually-hidden') === null) found.push(data);
      }
      return found;
    })()`;

    /** Nothing ran, nothing became an element, nothing is wider than the window. */
    const expectHarmless = async () => {
      expect(await opened.page.title()).toBe('தமிழ் எழுத்துத் துணை');
      expect(
        await opened.page
          .locator('writing-page script, writing-page img, text-editor img[src], [onerror]')
          .count(),
      ).toBe(0);
      expect(await opened.page.evaluate(TURNED_OUTSIDE)).toEqual([]);
      expect(
        await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0);
    };

    it('of a proofreading is text', async () => {
      await opened.check(TEXT);
      await expectHarmless();
      await opened.page.keyboard.press('F8');
      await expect.poll(() => opened.accept.textContent()).toMatch(MARKUP);
      await opened.accept.click();
      await expect.poll(() => opened.text()).toMatch(MARKUP);
      await opened.page.getByRole('button', { name: 'அடுத்தது' }).click();
      await expectHarmless();
      await opened.page.getByRole('button', { name: 'முன்னும் பின்னும்' }).click();
      await opened.page.locator('ins').first().waitFor();
      await expectHarmless();
      await opened.page.getByRole('button', { name: 'எழுதத் திரும்பு' }).click();
    });

    it('of a critique is text, and its address no link', async () => {
      await opened.page.getByRole('button', { name: 'கட்டுரை மதிப்பீடு' }).click();
      await opened.again();
      expect(await opened.page.locator('.item').count()).toBe(8);
      expect(await opened.page.locator('a[href^="javascript" i]').count()).toBe(0);
      await expectHarmless();
    });

    it('that is no result at all is a failure that can be read', async () => {
      await opened.page.unroute('**/v1/essay-critique');
      for (const body of ['<!doctype html><p>Gateway', '{"status":"succeeded","operation_id":"x"}', '{}']) {
        await opened.page.route('**/v1/essay-critique', (route) => route.fulfill({ status: 200, body }));
        await opened.again();
        await opened.page.locator('.failure').waitFor();
        await expectHarmless();
      }
    });
  });

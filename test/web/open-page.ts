import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Served } from './served-page.ts';

export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true } as const;
export const DESKTOP = { viewport: { width: 1280, height: 800 } } as const;

/**
 * Tells what the page's policy refused. Chromium's own editing commands set inline styles in an editable text, which its policy
 * refuses too; they come from no file.
 */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile, sample }) => {
  if (sourceFile !== '') console.error('refused by policy:', violatedDirective, sourceFile, sample);
})`;

/** A check that comes by itself would come at another moment each time. */
const CHECK_WHEN_ASKED = "localStorage.setItem('tamil-text:checksAsWritten', 'false')";

/** The page in a browser context of its own, and what a writer sees of it. */
export class OpenedPage {
  readonly page: Page;
  /** What the page threw, and what its Content-Security-Policy refused. There should be nothing. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.text().startsWith('refused by policy')) this.faults.push(message.text());
    });
  }

  /** @param prepare what is to be done with the page before it loads */
  static async open(
    browser: Browser,
    { url }: Served,
    options: BrowserContextOptions = DESKTOP,
    prepare?: (page: Page) => Promise<void>,
  ) {
    const context = await browser.newContext(options);
    const opened = new OpenedPage(await context.newPage());
    await opened.page.addInitScript(TELL_VIOLATIONS);
    await opened.page.addInitScript(CHECK_WHEN_ASKED);
    await prepare?.(opened.page);
    await opened.page.goto(String(url));
    await opened.editor.waitFor();
    return opened;
  }

  get editor(): Locator {
    return this.page.getByRole('textbox', { name: /உங்கள் உரை|Your text/ });
  }
  /** The card that is open. */
  get card(): Locator {
    return this.page.locator('.card.open');
  }
  get accept(): Locator {
    return this.card.locator('.accept');
  }
  /** The words whose marks can be seen in the text. */
  marks(): Promise<string[]> {
    return this.page.locator('text-editor .mark').allTextContents();
  }
  /** The text without what the view does not draw: only for short ones. */
  async text(): Promise<string> {
    return (await this.page.locator('text-editor .cm-line').allTextContents()).join('\n');
  }
  /** Writes a text in place of what is there, as a paste does. */
  async write(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }
  async check(text: string): Promise<void> {
    await this.write(text);
    await this.again();
  }
  /** Checks or critiques the text that is there. */
  async again(): Promise<void> {
    await this.page.locator('.toolbar .primary').click();
    await this.ended();
  }
  /** Waits until no operation is under way. */
  async ended(): Promise<void> {
    await this.page.locator('.toolbar .primary[aria-disabled=false]').waitFor();
    await this.page.locator('.operation.succeeded, .operation.failed, .operation.cancelled').waitFor();
  }
  /** Waits until the page says so to a screen reader. */
  async hears(words: string | RegExp): Promise<void> {
    await expect.poll(() => this.page.getByRole('status').textContent()).toMatch(words);
  }
  async close(): Promise<void> {
    expect(this.faults).toEqual([]);
    await this.page.context().close();
  }
}

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { noChromium, openChromium } from '../support/chromium.ts';
import { buildAndServePage, type Served } from './served-page.ts';
import { proofreadSuite } from './suites/proofread.ts';
import { servingSuite } from './suites/serving.ts';

let served: Served;
beforeAll(async () => {
  served = await buildAndServePage();
});
afterAll(() => served.close());

servingSuite(() => served);

describe.skipIf(noChromium)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  proofreadSuite(
    () => browser,
    () => served,
  );
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { noChromium, openChromium } from '../support/chromium.ts';
import { buildAndServePage, type Served } from './served-page.ts';
import { accessibilitySuite } from './suites/accessibility.ts';
import { connectionSuite } from './suites/connection.ts';
import { critiqueSuite } from './suites/critique.ts';
import { filesSuite } from './suites/files.ts';
import { hostileSuite } from './suites/hostile.ts';
import { operationsSuite } from './suites/operations.ts';
import { proofreadSuite } from './suites/proofread.ts';
import { servingSuite } from './suites/serving.ts';
import { signInSuite } from './suites/sign-in.ts';
import { speedSuite } from './suites/speed.ts';

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

  const suites = [
    proofreadSuite,
    critiqueSuite,
    operationsSuite,
    hostileSuite,
    connectionSuite,
    accessibilitySuite,
    speedSuite,
    filesSuite,
    signInSuite,
  ];
  for (const suite of suites)
    suite(
      () => browser,
      () => served,
    );
});

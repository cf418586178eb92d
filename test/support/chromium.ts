import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** `CHROMIUM` names another one. playwright-core brings no browser. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = process.env['CHROMIUM'] || PLACES.find((path) => existsSync(path));

/** Put into `describe.skipIf`. With REQUIRE_CHROMIUM=1 a missing browser is an error. */
export const noChromium = executablePath === undefined;

if (noChromium) {
  const message = `No Chromium at ${PLACES.join(', ')}: install Debian's \`chromium\`, or name yours by CHROMIUM.`;
  if (process.env['REQUIRE_CHROMIUM'] === '1') throw new Error(message);
  console.warn(`${message} Skipped without it: tests in a browser.`);
}

/** Names under `.example` are this machine, for pages of other sites. There are no others, so no page reaches the network. */
const HOSTS = 'MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

/**
 * The popups of the address bar are two pages to each window, which take more time than the page that is tested. Chromium hears
 * the last of such lists only, so it names as well what Playwright switches off.
 */
const OFF = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** Starts a browser of the test's own. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath ?? '',
    // In another locale it gives a download whose name is not of ASCII a name of its own.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    args: ['--no-sandbox', `--host-resolver-rules=${HOSTS}`, `--disable-features=${OFF}`],
  });

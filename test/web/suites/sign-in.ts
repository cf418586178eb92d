import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIREBASE_AUTHENTICATION, securityHeaders } from '../../../web/headers.ts';
import { AUDIENCE, createTestIssuer, ISSUER, type TestIssuer } from '../../support/test-issuer.ts';
import { OpenedPage } from '../open-page.ts';
import { type Served, servePage } from '../served-page.ts';

export const signInSuite = (browser: () => Browser, served: () => Served) =>
  describe('who uses the page', () => {
    let issuer: TestIssuer;
    let service: Served;
    beforeAll(async () => {
      issuer = await createTestIssuer();
      service = await servePage(served().directory, {
        OIDC_ISSUER: ISSUER,
        OIDC_AUDIENCE: AUDIENCE,
        OIDC_JWKS_JSON: JSON.stringify(issuer.jwks),
      });
    });
    afterAll(() => service.close());

    it('pastes a token where there is no other way, and it is kept nowhere', async () => {
      const opened = await OpenedPage.open(browser(), service);
      const { page } = opened;
      await opened.check('ஒரு ஆடு.');
      expect(await page.locator('.failure').textContent()).toMatch('உள்நுழைய வேண்டும்');
      await page.locator('.failure button').click();
      const token = await issuer.sign();
      await page.getByLabel(/அணுகல் சீட்டு \(JWT\)/).fill(token);
      await page.getByRole('button', { name: 'பயன்படுத்து' }).click();
      await page.locator('.operation.succeeded').waitFor();
      expect(await opened.marks()).toEqual(['ஒரு']);
      const kept = await page.evaluate(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
      );
      expect(kept).not.toContain(token.slice(0, 20));
      await page.getByRole('button', { name: 'வெளியேறு' }).click();
      await opened.again();
      await page.locator('.failure').waitFor();
      await opened.close();
    });

    it('signs in by Firebase Authentication on Hosting, and stays so over a reload', async () => {
      const asked: string[] = [];
      const session = async () => ({ refresh: 'refresh-1', token: await issuer.sign() });
      const opened = await OpenedPage.open(browser(), service, {}, async (page) => {
        // Hosting's headers and reserved addresses, and Google's two services.
        await page.route(String(service.url), async (route) => {
          const response = await route.fetch();
          const headers = { ...response.headers(), ...lowerCase(securityHeaders(FIREBASE_AUTHENTICATION)) };
          await route.fulfill({ response, headers });
        });
        await page.route('**/config.json', (route) => route.fulfill({ json: { sign_in: 'firebase' } }));
        await page.route('**/__/firebase/init.json', (route) =>
          route.fulfill({ json: { apiKey: 'web key' } }),
        );
        await page.route('https://identitytoolkit.googleapis.com/**', async (route) => {
          asked.push(route.request().url());
          const { password } = route.request().postDataJSON();
          const { token, refresh } = await session();
          const headers = { 'Access-Control-Allow-Origin': '*' };
          if (password !== 'right')
            return route.fulfill({
              status: 400,
              headers,
              json: { error: { message: 'INVALID_LOGIN_CREDENTIALS' } },
            });
          return route.fulfill({
            headers,
            json: { idToken: token, refreshToken: refresh, expiresIn: '3600' },
          });
        });
        await page.route('https://securetoken.googleapis.com/**', async (route) => {
          asked.push(route.request().url());
          const { token, refresh } = await session();
          const json = { id_token: token, refresh_token: refresh, expires_in: '3600' };
          return route.fulfill({ headers: { 'Access-Control-Allow-Origin': '*' }, json });
        });
      });
      const { page } = opened;
      await page.getByRole('button', { name: 'உள்நுழை' }).click();
      await page.getByLabel('மின்னஞ்சல்').fill('a@school.example');
      await page.getByLabel('கடவுச்சொல்').fill('wrong');
      await page.locator('dialog').getByRole('button', { name: 'உள்நுழை' }).click();
      expect(await page.getByRole('alert').textContent()).toMatch('கடவுச்சொல் தவறு');
      await page.getByLabel('கடவுச்சொல்').fill('right');
      await page.locator('dialog').getByRole('button', { name: 'உள்நுழை' }).click();
      await opened.check('ஒரு ஆடு.');
      expect(await opened.marks()).toEqual(['ஒரு']);
      await page.reload();
      await opened.editor.waitFor();
      await opened.again();
      expect(await opened.marks()).toEqual(['ஒரு']);
      expect(asked.map((url) => new URL(url).pathname)).toEqual([
        '/v1/accounts:signInWithPassword',
        '/v1/accounts:signInWithPassword',
        '/v1/token',
      ]);
      expect(new URL(asked[0] ?? '').searchParams.get('key')).toBe('web key');
      await page.getByRole('button', { name: 'வெளியேறு' }).click();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      await opened.close();
    });
  });

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Builds the page into `web/dist`, which `npm start` and Firebase Hosting serve. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  define: { __VERSION__: JSON.stringify(version) },
  // Lit has a slower version that warns, which Vite would take wherever NODE_ENV is another, as it is when tests run.
  resolve: { conditions: ['module', 'browser', 'production'] },
  build: {
    target: 'es2022',
    // Nothing may be inline: the Content-Security-Policy allows files of the page's own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssMinify: 'lightningcss',
  },
});

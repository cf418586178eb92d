import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * Puts the stylesheet behind the page's name. A browser draws what stands before it while it loads, so by a slow connection the
 * first content comes with the HTML itself.
 */
const stylesBehindName: Plugin = {
  name: 'styles-behind-name',
  transformIndexHtml: {
    order: 'post',
    handler(html) {
      const [link = ''] = /<link rel="stylesheet"[^>]*>/.exec(html) ?? [];
      return html.replace(link, '').replace('<!-- styles -->', link);
    },
  },
};

/** Builds the page into `web/dist`, which `npm start` and Firebase Hosting serve. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  plugins: [stylesBehindName],
  define: { __VERSION__: JSON.stringify(version) },
  // Lit has a slower version that warns, which Vite would take wherever NODE_ENV is another, as it is when tests run.
  resolve: { conditions: ['module', 'browser', 'production'] },
  // `npx vite web` serves the page from its source, with the API of an `npm start` beside it.
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/dev', '/docs', '/config.json'].map((path) => [path, 'http://localhost:8080']),
    ),
  },
  build: {
    // Browsers of 2024 and later.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Nothing may be inline: the Content-Security-Policy allows files of the page's own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssMinify: 'lightningcss',
    // A busy machine is no fault of a plugin.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});

// npm runs this after `npm ci`, so that `npm start` has a page to serve. It is JavaScript, because without development
// dependencies the machine's own Node.js runs it. Then there is no Vite, and `/` says that the page has not been built.
import { fileURLToPath } from 'node:url';

try {
  const { build } = await import('vite');
  await build({ configFile: fileURLToPath(new URL('../web/vite.config.ts', import.meta.url)) });
} catch (error) {
  // The API needs no page, so its installation does not fail with it.
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes("'vite'");
  console.warn('The page is not built:', missing ? 'development dependencies are not installed.' : error);
}

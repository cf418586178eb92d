import { Problem } from '../../errors.ts';
import type { Answer } from '../route.ts';
import { fileAnswer } from './file-answer.ts';

/**
 * Only what this origin serves, and no inline script or style. Swagger UI has its icons in its style sheet. It sends requests
 * to this origin only.
 */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};
const HOUR = { 'Cache-Control': 'public, max-age=3600' };

const PAGE = Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tamil text analysis API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript. What it shows is <a href="/v1/openapi.json">openapi.json</a>.</noscript>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`);

/** Never asks Swagger's validator, which is another site. */
const START = Buffer.from(`SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
`);

export const docsPage: Answer = {
  status: 200,
  headers: { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' },
  body: PAGE,
};

/** @throws {Problem} `not-found` */
export async function docsFile(name: string, acceptEncoding: readonly string[]): Promise<Answer> {
  switch (name) {
    case 'start.js':
      return { status: 200, headers: { ...HOUR, ...SCRIPT }, body: START };
    case 'swagger-ui-bundle.js':
      return fileAnswer(name, acceptEncoding, { ...HOUR, ...SCRIPT });
    case 'swagger-ui.css':
      return fileAnswer(name, acceptEncoding, { ...HOUR, 'Content-Type': 'text/css; charset=utf-8' });
    default:
      throw new Problem('not-found', 'There is nothing at this path.');
  }
}

const SCRIPT = { 'Content-Type': 'text/javascript; charset=utf-8' };

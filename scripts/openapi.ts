import { writeFileSync } from 'node:fs';
import { openapiDocument } from './openapi/document.ts';
import { recordExamples } from './openapi/examples.ts';

/** Writes docs/openapi.json: `npm run openapi`. */
writeFileSync(
  'docs/openapi.json',
  `${JSON.stringify(openapiDocument(await recordExamples()), undefined, 2)}\n`,
);

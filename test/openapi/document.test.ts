import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operationsRoutes } from '../../functions/operations.ts';
import { submitRoutes } from '../../functions/submit.ts';
import { openapiDocument } from '../../scripts/openapi/document.ts';
import { recordExamples } from '../../scripts/openapi/examples.ts';
import { runtimeToList } from '../support/kinds-with.ts';
import { OPERATIONS } from './described.ts';

it('is what the schemas of today and answers of today make: `npm run openapi`', async () => {
  const made = JSON.parse(JSON.stringify(openapiDocument(await recordExamples())));
  expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(made);
});

it('describes every route that clients call, and no other', () => {
  const runtime = runtimeToList();
  const routes = [...submitRoutes(runtime), ...operationsRoutes(runtime)]
    .map(({ method, path }) => `${method} ${path.replace('{id}', '{operation_id}')}`)
    // Pages for people describe themselves.
    .filter((route) => !/ \/(?:docs|problems)\b/.test(route));
  expect(OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(routes.sort());
});

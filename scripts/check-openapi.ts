import { breaks, redocly } from './openapi/redocly.ts';

/** Lints docs/openapi.json, and fails if a client of the released document would break. */
const complaints = [
  redocly('lint', 'docs/openapi.json', '--extends=recommended-strict'),
  breaks('docs/openapi-released.json', 'docs/openapi.json'),
].filter((complaint) => complaint !== undefined);
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}

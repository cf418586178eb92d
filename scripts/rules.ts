import { writeFileSync } from 'node:fs';
import { rulesPage } from './rules-page/page.ts';

/** Writes docs/rules.md: `npm run rules`. */
writeFileSync('docs/rules.md', rulesPage());

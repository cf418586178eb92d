import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { scalePage } from '../bench/scale/page/page.ts';
import { pictures } from '../bench/scale/page/pictures.ts';

/** Reckons the tables of docs/scale.md and draws its pictures anew: `npm run scale`. */
mkdirSync('docs/scale', { recursive: true });
for (const [name, svg] of pictures()) writeFileSync(`docs/scale/${name}`, svg);
writeFileSync('docs/scale.md', scalePage(readFileSync('docs/scale.md', 'utf8')));

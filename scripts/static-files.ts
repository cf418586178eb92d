import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { FILES } from '../shared/http/pages/files.ts';

const FOLDER = 'static';
/** Tells the bundle where the files lie that are served as they are. */
export const staticFiles: Plugin = {
  name: 'static-files',
  load: {
    filter: { id: /\/shared\/http\/pages\/files\.ts$/ },
    handler: () => {
      const addresses = Object.keys(FILES).map(
        // Seen from a chunk that is loaded on demand.
        (name) => `${JSON.stringify(name)}: new URL('../${FOLDER}/${name}', import.meta.url)`,
      );
      return { code: `export const FILES = { ${addresses.join(', ')} };`, moduleType: 'js' };
    },
  },
};

/** Copies these files, and what their licences ask to be handed on with them. */
export function copyStaticFiles(directory: string): void {
  mkdirSync(join(directory, FOLDER), { recursive: true });
  for (const [name, url] of Object.entries(FILES)) copyFileSync(url, join(directory, FOLDER, name));
  for (const name of ['LICENSE', 'NOTICE']) {
    const notice = new URL(`../node_modules/swagger-ui-dist/${name}`, import.meta.url);
    copyFileSync(notice, join(directory, FOLDER, `swagger-ui-${name}.txt`));
  }
}

import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Makes the client's package as it would be published, in `client/dist` or the directory of the first argument. Inside this
 * project the client is imported as TypeScript; from a `node_modules` Node.js takes JavaScript only.
 */
const directory = process.argv[2] ?? 'client/dist';

rmSync(directory, { recursive: true, force: true });
const tsc = ['node_modules/typescript/bin/tsc', '-p', 'client/tsconfig.build.json', '--outDir', directory];
const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
if (status !== 0) process.exit(1);

const manifest = z
  .looseObject({ exports: z.object({ '.': z.string() }) })
  .parse(JSON.parse(readFileSync('client/package.json', 'utf8')));
const entry = manifest.exports['.'].replace('./src/', './').replace(/\.ts$/, '');
const published = {
  ...manifest,
  exports: { '.': { types: `${entry}.d.ts`, default: `${entry}.js` } },
};
writeFileSync(join(directory, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
for (const file of ['client/README.md', 'LICENSE'])
  copyFileSync(file, join(directory, file.split('/').at(-1) ?? file));

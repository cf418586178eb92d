import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { startService } from '../../local/start/service.ts';
import { parseConfig } from '../../shared/config.ts';

export interface Served {
  readonly url: URL;
  /** Where the page was built. */
  readonly directory: string;
  readonly close: () => Promise<void>;
}

/** `npm start` in this process, with the page of a directory. `more` is its environment beyond the offline engine. */
export async function servePage(directory: string, more: Record<string, string> = {}): Promise<Served> {
  const data = mkdtempSync(join(tmpdir(), 'page-data-'));
  const SQLITE_PATH = join(data, 'operations.db');
  const env = { PORT: '0', SQLITE_PATH, PROVIDER: 'rules', LOG_LEVEL: 'silent', ...more };
  const service = await startService(parseConfig(env, 'all'), directory);
  const close = async () => {
    await service.close();
    rmSync(data, { recursive: true });
  };
  return { url: service.url, directory, close };
}

/** The page as it is built from the source that is tested. */
export async function buildAndServePage(): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), 'page-'));
  await build({ configFile: 'web/vite.config.ts', build: { outDir: directory, emptyOutDir: true } });
  const served = await servePage(directory);
  const close = async () => {
    await served.close();
    rmSync(directory, { recursive: true });
  };
  return { ...served, close };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '../../local/start/service.ts';
import { parseConfig } from '../../shared/config.ts';

/** What `npm start` serves, in this process. */
export interface LocalServiceFixture extends AsyncDisposable {
  readonly url: string;
  /** A token of the development issuer. */
  readonly token: (tenant_id: string, roles?: readonly 'tenant_admin'[]) => Promise<string>;
}

/** Serves on a free port, with a store in a directory of its own, and logs nothing. */
export async function startLocalService(
  environment: Readonly<Record<string, string>> = {},
): Promise<LocalServiceFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'local-service-'));
  const own = { PORT: '0', SQLITE_PATH: join(directory, 'operations.db'), LOG_LEVEL: 'silent' };
  const { url, issuer, close } = await startService(parseConfig({ ...own, ...environment }, 'all'));
  return {
    url: url.origin,
    token: async (tenant_id, roles = []) => {
      if (issuer === undefined) throw new Error('an issuer was configured');
      return issuer.issue({ tenant_id, roles: [...roles] });
    },
    async [Symbol.asyncDispose]() {
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

import { resolve } from 'node:path';
import { ConfigError, environmentOf, parseConfig } from '../shared/config.ts';
import { endWithParent } from './end-with-parent.ts';
import { type LocalService, startService } from './service.ts';

const config = settled(() => parseConfig(environmentOf(), 'all'));
const service = await startService(config).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  return fail(`Port ${config.port} is in use. Free it, or let a free one be chosen: PORT=0 npm start`);
});
await greet(service);

let ending = false;
const end = () => {
  if (ending) process.exit(130);
  ending = true;
  setTimeout(() => process.exit(1), 5000).unref();
  service.close().then(
    () => process.exit(0),
    (error) => fail(`The service did not end cleanly: ${error}`),
  );
};
process.on('SIGINT', end).on('SIGTERM', end);
endWithParent();

function settled<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message);
    throw error;
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

async function greet({ url, issuer, recovered }: LocalService): Promise<void> {
  const at = url.origin;
  const token = await issuer?.issue({ tenant_id: 'demo', roles: ['tenant_admin'] });
  const lines = [
    `Serving ${at}`,
    config.store.kind === 'sqlite' ? `Data     ${resolve(config.store.path)} (SQLite)` : 'Data     Firestore',
    `Provider ${config.provider.kind}`,
    recovered > 0 ? `Taken up ${recovered} unfinished operations` : '',
    token === undefined ? `Issuer   ${config.oidc.issuer}` : `Token    ${token}`,
    token === undefined ? '' : `\nTry it:\n\n${curl(at, token)}\n`,
  ];
  console.log(lines.filter((line) => line !== '').join('\n'));
}

function curl(at: string, token: string): string {
  return `curl -s ${at}/v1/proofread -H 'Content-Type: application/json' -H 'Authorization: Bearer ${token}' -d '{"text":"அந்த பையன் ஒரு ஆடு வாங்கினான்."}'`;
}

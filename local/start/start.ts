import { resolve } from 'node:path';
import { ConfigError, environmentOf, parseConfig } from '../../shared/config.ts';
import { endOnSignals } from '../../shared/end-on-signals.ts';
import { curlLine } from './curl-line.ts';
import { endWithParent } from './end-with-parent.ts';
import { startService } from './service.ts';
import { failToStart, startFault } from './start-faults.ts';

const LONGEST_END_MS = 5000;

const config = configOrEnd();
const { url, issuer, recovered, close } = await startService(config).catch((error) =>
  failToStart(startFault(error, config.port, 'npm start')),
);
// Before the greeting, because whoever reads that may send a signal at once.
endWithParent(endOnSignals(close, LONGEST_END_MS));
console.log(
  [
    `Serving ${url.origin}`,
    `Data     ${config.store.kind === 'sqlite' ? `${resolve(config.store.path)} (SQLite)` : 'Firestore'}`,
    `Docs     ${url.origin}/docs`,
    `Provider ${config.provider.kind}`,
    ...(recovered > 0 ? [`Taken up ${recovered} unfinished operations`] : []),
    ...(issuer === undefined ? [`Issuer   ${config.oidc.issuer}`] : await curlLine(url.origin, issuer)),
  ].join('\n'),
);

function configOrEnd() {
  try {
    return parseConfig(environmentOf(), 'all');
  } catch (error) {
    if (error instanceof ConfigError) return failToStart(error.message);
    throw error;
  }
}

import type { Log } from '../log.ts';
import { createFileKeys } from './file-keys.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { keySetOf } from './key-set.ts';
import type { KeySource } from './oidc.ts';
import { createRemoteKeys } from './remote-keys.ts';

/**
 * Opens the keys of the configured issuer.
 * @throws {Error} none of the configured keys can be used
 */
export function openIssuerKeys(source: KeySource, log?: Pick<Log, 'warn'>): IssuerKeys {
  switch (source.kind) {
    case 'remote': {
      const { uri } = source;
      return createRemoteKeys({
        uri,
        onFailure: (err, ageMs) =>
          log?.warn({ err, uri, keys_age_s: Math.round(ageMs / 1000) }, 'identity-keys-kept'),
      });
    }
    case 'file':
      return createFileKeys(source.path);
    case 'inline': {
      const keys = keySetOf(source.jwks);
      return { current: async () => keys, renewed: async () => keys };
    }
  }
}

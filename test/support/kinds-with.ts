import type { Runtime } from '../../shared/compose.ts';
import { createKinds } from '../../shared/kinds.ts';
import { type Kinds, kindsOf } from '../../shared/operations/kind.ts';
import type { Services } from '../../shared/operations/services.ts';
import type { Provider } from '../../shared/providers/port.ts';
import { createScriptedProvider } from './scripted-provider.ts';

/** The kinds that the service offers, with a provider of the test's. */
export const kindsWith = (provider: Provider): Kinds => kindsOf(createKinds(provider));

/** A runtime whose routes can be listed, but not called. */
export function runtimeToList(): Pick<Runtime, 'services' | 'kinds'> {
  const kinds = createKinds(createScriptedProvider());
  return { kinds, services: { kinds: kindsOf(kinds) } as unknown as Services };
}

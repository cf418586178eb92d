import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createLog } from '../../../shared/log.ts';
import { attempt } from '../../../shared/operations/attempt/attempt.ts';
import { kindsWith } from '../../support/kinds-with.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const log = createLog({ level: 'silent', service: 'test' });

it.each([
  ['the synchronous window', () => undefined],
  ['a worker that may be told to stop', () => new AbortController().signal],
])('an attempt in %s leaves nothing in memory when it has ended', async (_name, signalOf) => {
  const inputs: WeakRef<object>[] = [];
  for (let n = 0; n < 20; n += 1) {
    const input = { text: `அவன் வந்தான் ${n}` };
    inputs.push(new WeakRef(input));
    const signal = signalOf();
    const end = await attempt({
      kind: kindsWith(createScriptedProvider()).of('proofread'),
      input,
      timeoutMs: 60_000,
      traceparent: undefined,
      log,
      ...(signal && { signal }),
    });
    expect(end.kind).toBe('succeeded');
  }
  await turn();
  collectGarbage();
  const kept = inputs.filter((input) => input.deref() !== undefined).length;
  expect(kept).toBeLessThan(3);
});

import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../../client/src/client.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type GeminiStandIn, sound, startGeminiStandIn } from '../support/gemini-stand-in.ts';
import { type LocalServiceFixture, startLocalService } from '../support/local-service.ts';

/** What `npm start` serves, with a model whose answers a test can hold back, for all tests of a file. */
export let service: LocalServiceFixture;
/** Stands before the service. */
export let proxy: FaultProxy;
let gemini: GeminiStandIn;
let release = () => {};

beforeAll(async () => {
  gemini = await startGeminiStandIn();
  service = await startLocalService({
    GEMINI_API_KEY: 'a-key',
    GEMINI_BASE_URL: gemini.url,
    SYNC_TEXT_THRESHOLD: '60',
  });
  proxy = await startFaultProxy(service.url);
});
afterEach(() => {
  release();
  gemini.respondWith(sound);
  proxy.fault = () => undefined;
  proxy.passed.length = 0;
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  await gemini.close();
});

export const SHORT = 'அந்த பையன் வந்தான்.';
/** Too long to be answered at once. */
export const LONG = 'அந்த பையன் ஒரு ஆடு வாங்கினான். '.repeat(4).trim();

/** A client of a tenant of its own that goes through the proxy. */
export async function newClient(options: Partial<ClientOptions> = {}): Promise<Client> {
  const token = await service.token(crypto.randomUUID());
  return createClient({ baseUrl: proxy.url, token, ...options });
}

/** From now on the model answers when the returned function is called, or at the end of the test. */
export function holdModel(): () => void {
  const held = Promise.withResolvers<void>();
  release = held.resolve;
  gemini.respondWith(async (...call) => {
    await held.promise;
    return sound(...call);
  });
  return held.resolve;
}

/** What an awaited call threw. */
export async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

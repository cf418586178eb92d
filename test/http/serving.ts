import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Exchanged, exchange, expectSound, type Request } from '../support/exchange.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

/** The functions, which are served once for all tests of a file that imports this module. */
export let served: ServedFunctions;
/** The header of a tenant's user. */
export let bearer: { Authorization: string };

beforeAll(async () => {
  served = await serveFunctions();
  bearer = await served.bearer();
});
afterAll(() => served[Symbol.asyncDispose]());
afterEach(() => {
  served.provider.script = nothingFound;
  served.interpose(() => ({}));
});

export const JSON_TYPE = { 'Content-Type': 'application/json' };
export type Where = keyof ServedFunctions['origins'];

/** Asks, and holds the answer to what holds for every answer. */
export const ask = async (where: Where, asked: Request): Promise<Exchanged> => {
  const answer = await exchange(served.origins[where], asked);
  expectSound(answer, asked);
  return answer;
};
export const post = (body: string | Buffer, headers: Record<string, string> = {}, target = '/v1/proofread') =>
  ask('submit', { target, body, headers: { ...JSON_TYPE, ...bearer, ...headers } });
export const postJson = (value: unknown, headers?: Record<string, string>, target?: string) =>
  post(JSON.stringify(value), headers, target);
export const get = (target: string, headers: Request['headers'] = bearer) =>
  ask('operations', { target, headers });
export const GOOD = { text: 'அந்த பையன் வந்தான்.' };

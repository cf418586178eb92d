import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Spent } from '../../../shared/operations/record/record.ts';
import { MAX_ANSWER_BYTES } from '../../../shared/providers/gemini/bounded-fetch.ts';
import { createGeminiProvider, type GeminiOptions } from '../../../shared/providers/gemini/provider.ts';
import {
  bomb,
  drip,
  flood,
  type GeminiBehaviour,
  type GeminiStandIn,
  generated,
  inPieces,
  redirectTo,
  startGeminiStandIn,
  truncated,
} from '../../support/gemini-stand-in.ts';
import { ownClock } from '../../support/own-clock.ts';

const TEXT = 'அந்த பையன் பள்ளிக்கு சென்றான்.';
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

let gemini: GeminiStandIn;
beforeEach(async () => {
  gemini = await startGeminiStandIn();
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gemini.close();
});

/** What came of asking one model, and what the operation has spent. */
async function ask(more: Partial<GeminiOptions> = {}) {
  const access = more.vertex === undefined ? { apiKey: 'key' } : {};
  const options = { ...access, baseUrl: gemini.url, models: ['gemini-a'], ...more };
  let spent: Spent | undefined;
  const context = {
    signal: new AbortController().signal,
    onSpent: (total: Spent) => {
      spent = total;
    },
  };
  const request = { analysis: 'proofread', text: TEXT, language: 'ta' } as const;
  const error = await createGeminiProvider(options)
    .analyse(request, context)
    .then(
      () => undefined,
      (reason: Error) => reason,
    );
  return { error, cause: error?.cause as Error | undefined, spent };
}

/** A server of somebody else, who notes whatever comes. */
async function startTrap(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown = (_, response) =>
    response.end('{}'),
) {
  const seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    seen.push({
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a redirect', () => {
  it.each([300, 301, 302, 303, 307, 308])('by %i is not followed, whatever awaits there', async (status) => {
    const trap = await startTrap((_, response) => response.end(JSON.stringify(generated({ issues: [] }))));
    gemini.respondWith(() => redirectTo(status, `${trap.url}/v1beta/models/gemini-a:generateContent`));
    const { error, cause } = await ask();
    expect(error).toMatchObject({ name: 'ProviderUnavailable' });
    expect(cause).toMatchObject({ kind: 'unreachable', message: String(status) });
    expect(trap.seen).toEqual([]);
    expect(gemini.calls).toHaveLength(1);
  });

  it('to the same place is not followed either', async () => {
    gemini.respondWith(() => redirectTo(307, '/v1beta/models/gemini-b:generateContent'));
    expect((await ask()).error).toMatchObject({ name: 'ProviderUnavailable' });
    expect(gemini.calls).toHaveLength(1);
  });

  it('of the sign-in to Vertex AI is not followed', async () => {
    const trap = await startTrap();
    const signIn = await startTrap((request, response) => {
      if (request.url === '/sts') {
        const token = {
          access_token: 'secret',
          token_type: 'Bearer',
          expires_in: 3600,
          issued_token_type: 't',
        };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
      } else response.writeHead(307, { location: `${trap.url}/` }).end();
    });
    const directory = mkdtempSync(join(tmpdir(), 'credentials-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = (name: string, content: string) => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    const credentials = {
      type: 'external_account',
      audience: 'a',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${signIn.url}/sts`,
      service_account_impersonation_url: `${signIn.url}/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken`,
      credential_source: { file: file('token', 'subject') },
    };
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file('credentials.json', JSON.stringify(credentials)));
    const { error, spent } = await ask({ vertex: { project: 'p', location: 'global' } });
    expect(error).toBeInstanceOf(Error);
    expect(signIn.seen.map(({ url }) => url)).toContain(
      '/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken',
    );
    expect(trap.seen).toEqual([]);
    expect(gemini.calls).toEqual([]);
    expect(spent).toMatchObject({ calls: 0 });
  });
});

describe('the size of an answer', () => {
  it.each([200, 400, 404, 500, 503])('of %i has a limit, past which it is hung up on', async (status) => {
    const { sent, behaviour } = flood(status, GIB);
    gemini.respondWith(() => behaviour);
    const { error } = await ask();
    expect(error).toBeInstanceOf(Error);
    await gemini.hungUp(0);
    // What is on its way in buffers is some megabytes.
    expect(sent.bytes).toBeLessThan(32 * MIB);
  });

  it('is limited also where it is packed, and memory stays flat', async () => {
    const packed = gzipSync(Buffer.alloc(256 * MIB, ' '));
    for (const status of [200, 500]) {
      gemini.respondWith(() => bomb(status, packed));
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }, 1);
      const { error } = await ask();
      clearInterval(watch);
      expect(error).toMatchObject({ name: 'ProviderUnavailable' });
      expect(most).toBeLessThan(64 * MIB);
    }
  });

  it('may be up to the limit, and is told where it is passed', async () => {
    const whole = JSON.stringify(generated({ issues: [] }));
    const padded = (length: number) => whole + ' '.repeat(length - Buffer.byteLength(whole));
    gemini.respondWith(() => ({ response: padded(MAX_ANSWER_BYTES) }));
    expect((await ask()).error).toBeUndefined();
    gemini.respondWith(() => ({ response: padded(MAX_ANSWER_BYTES + 1) }));
    const { cause, spent } = await ask();
    expect(cause).toMatchObject({ kind: 'broken', message: 'the answer is too large' });
    expect(spent).toMatchObject({ calls: 1, answers: 0 });
  });

  it('of an error does not hide what it says of itself', async () => {
    const headers = { 'retry-after': '7' };
    gemini.respondWith(() => ({ error: 429, body: ' '.repeat(MIB), headers }));
    expect((await ask()).error).toMatchObject({ throttled: true, retryAfterMs: 7000 });
  });
});

describe('an answer that does not come whole', () => {
  const half = JSON.stringify(generated({ issues: [] })).slice(0, 100);

  it.each<[string, GeminiBehaviour, string]>([
    ['breaks off before its length', truncated(half, 'length'), 'the answer broke off'],
    ['breaks off between two chunks', truncated(half, 'chunked'), 'the answer broke off'],
    ['is packed, and not well', bomb(200, Buffer.from('no gzip')), 'the answer broke off'],
    ['is packed, and cut', bomb(200, gzipSync(half).subarray(0, 40)), 'no readable answer'],
    ['is a page', { response: '<html><title>Sign in to the WiFi</title></html>' }, 'no readable answer'],
    ['has no content', { error: 204, body: '' }, 'no readable answer'],
  ])('because it %s is a fault that may pass, and may have been paid for', async (_, behaviour, message) => {
    gemini.respondWith(() => behaviour);
    const { error, cause, spent } = await ask();
    expect(error).toMatchObject({ name: 'ProviderUnavailable', throttled: false });
    expect(cause).toMatchObject({ kind: 'broken', message });
    expect(spent).toMatchObject({ calls: 1, answers: 0 });
  });

  it.each<[string, GeminiBehaviour]>([
    ['nothing comes any more', { hangAfterHeaders: true }],
    ['a byte comes every 10 s', drip(200, 10_000)],
  ])('because %s is given up at the first pause that is too long', async (_, behaviour) => {
    gemini.respondWith(() => behaviour);
    const { error, cause, spent } = await ask({ maxPauseMs: 50 });
    expect(error).toMatchObject({ name: 'ProviderUnavailable' });
    expect(cause).toMatchObject({ kind: 'broken', message: 'the answer came to a stop' });
    expect(spent).toMatchObject({ calls: 1, answers: 0 });
    await gemini.hungUp(0);
  });

  it('is not one that comes slowly, as long as it comes', async () => {
    const pieces = JSON.stringify(generated({ issues: [] })).match(/.{1,20}/g) ?? [];
    gemini.respondWith(() => inPieces(pieces, 1200 / pieces.length));
    expect((await ask({ maxPauseMs: 900 })).error).toBeUndefined();
  });

  it('is not one whose rest has arrived while this process stood still', async () => {
    const whole = JSON.stringify(generated({ issues: [] }));
    const serve = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write(whole.slice(0, 100));
      const goOn = () => {
        // Until the pause is measured.
        if (!timers.mock.calls.some(([, ms]) => ms === 200)) return void setImmediate(goOn);
        response.end(whole.slice(100));
        // Behind what sends that. It arrives meanwhile, and the event loop comes to it only after the time has passed.
        process.nextTick(() => {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
          vi.advanceTimersByTime(200);
        });
      };
      goOn();
    };
    gemini.respondWith(() => ({ serve }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => void vi.useRealTimers());
    expect((await ask({ maxPauseMs: 200 })).error).toBeUndefined();
  });

  it('because bytes come for ever is given up with the time of the call', async () => {
    using _clock = ownClock();
    gemini.respondWith(() => drip(200, 10));
    const { cause, spent } = await ask({ maxPauseMs: 5000, callTimeoutMs: 300 });
    expect(cause).toMatchObject({ kind: 'broken', message: 'no answer in 300 ms' });
    expect(spent).toMatchObject({ calls: 1, answers: 0 });
    await gemini.hungUp(0);
  });

  it('with an error is that error', async () => {
    for (const status of [403, 500]) {
      gemini.respondWith(() => drip(status, 10_000));
      const { cause } = await ask({ maxPauseMs: 50 });
      expect(cause).toMatchObject({ message: String(status) });
      await gemini.hungUp(gemini.calls.length - 1);
    }
  });
});

it('a connection that is refused or reset has cost nothing', async () => {
  gemini.respondWith(() => ({ reset: true }));
  expect(await ask()).toMatchObject({ cause: { kind: 'unreachable' }, spent: { calls: 0, answers: 0 } });
  await gemini.close();
  expect(await ask()).toMatchObject({ cause: { kind: 'unreachable' }, spent: { calls: 0, answers: 0 } });
  gemini = await startGeminiStandIn();
});

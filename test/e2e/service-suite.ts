import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationView } from '../../shared/operations/record/view.ts';
import { type GeminiBehaviour, type GeminiStandIn, startGeminiStandIn } from '../support/gemini-stand-in.ts';
import { openEvents } from '../support/open-events.ts';
import { certifiesByOddModel, certifiesByRules, certifiesUntilCancelled } from './certification-suite.ts';
import { type Client, clientOf, eventually } from './client.ts';
import { killSuite } from './kill-suite.ts';
import type { Launch, Running } from './launch.ts';
import { createIssuer, type Issuer } from './tenants.ts';

const SHORT = 'அந்த பையன் ஒரு ஆடு வாங்கினான்.';
const ESSAY = 'மழை உயிர்களுக்கு அமுதம். 1876 இல் பெரும் பஞ்சம் வந்தது.\n\nஎனவே நீரைக் காப்போம்.';
const ofLength = (length: number) =>
  `${'அந்தப் பையன் வந்தான். '.repeat(Math.ceil(length / 22)).slice(0, length - 1)}அ`;

/** What every way of running the service must do, seen from outside. `worker`: how the queue's deliveries come to it. */
export function serviceSuite(name: string, launchOne: Launch, worker: 'http' | 'in-process'): void {
  describe(name, { timeout: 180_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'service-'));
    const launched: Running[] = [];
    const launch: Launch = async (env) => {
      const running = await launchOne(env);
      launched.push(running);
      return running;
    };
    let issuer: Issuer;
    beforeAll(async () => {
      issuer = await createIssuer();
    });
    afterAll(() => rmSync(dir, { recursive: true, force: true }));
    const env = (more: Record<string, string> = {}) => ({
      ...issuer.env,
      LOG_LEVEL: 'debug',
      SQLITE_PATH: join(dir, `${randomUUID()}.db`),
      GOOGLE_CLOUD_PROJECT: `e2e-${randomUUID().slice(0, 8)}`,
      ...more,
    });

    describe('with the offline engine', () => {
      let service: Running;
      let client: Client;
      let other: Client;
      beforeAll(async () => {
        service = await launch(env({ PROVIDER: 'rules', LOCAL_QUEUE_CONCURRENCY: '1' }));
        client = clientOf(service.url, await issuer.token('school-1'));
        other = clientOf(service.url, await issuer.token('school-2'));
      });
      afterAll(() => service.kill());

      it('proofreads a short text at once', async () => {
        const { status, body } = await client.post('/v1/proofread', { text: SHORT });
        expect(status).toBe(200);
        expect(operationView.parse(body)).toMatchObject({
          status: 'succeeded',
          provider: 'rules',
          tenant_id: 'school-1',
        });
        expect(body.result.original_text).toBe(SHORT);
        expect(body.result.corrected_text).toBe('அந்தப் பையன் ஓர் ஆடு வாங்கினான்.');
      });

      it('critiques an essay in Tamil, with claims that have no source marked', async () => {
        const { status, body } = await client.post('/v1/essay-critique', { essay: ESSAY });
        expect(status).toBe(200);
        const items = body.result.sections.facts.items;
        expect(items.map((item: { badge: string }) => item.badge)).toContain('unverified');
        for (const { location } of items) {
          if (location) expect(ESSAY.slice(location.from, location.to)).toBe(location.excerpt);
        }
        expect(body.result.summary).toMatch(/\p{Script=Tamil}/u);
      });

      it('answers 1200 units at once and makes 1201 an operation', async () => {
        expect((await client.post('/v1/proofread', { text: ofLength(1200) })).status).toBe(200);
        const { status, headers, body } = await client.post('/v1/proofread', { text: ofLength(1201) });
        expect(status).toBe(202);
        expect(body).toMatchObject({ status: 'queued', poll_url: `/v1/operations/${body.operation_id}` });
        expect(headers.get('location')).toBe(body.poll_url);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
        expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
      });

      it('may be called from a page of any site', async () => {
        const headers = {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        };
        const paths = ['/v1/proofread', '/v1/essay-critique', '/v1/operations', '/v1/ready', '/nothing'];
        for (const path of [...paths, `/v1/operations/${randomUUID()}/cancel`]) {
          const asked = await fetch(service.url + path, { method: 'OPTIONS', headers });
          const answer = await fetch(service.url + path, { headers: { origin: headers.origin } });
          expect([path, asked.status]).toEqual([path, 204]);
          for (const { headers } of [asked, answer])
            expect(headers.get('access-control-allow-origin')).toBe('*');
        }
      });

      it('describes itself to tools and to people', async () => {
        const described = await fetch(`${service.url}/v1/openapi.json`);
        expect(await described.json()).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
        for (const path of ['/docs', '/problems/rate-limited']) {
          const page = await fetch(service.url + path);
          expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
        }
        const { status, body } = await client.get('/problems/nothing');
        expect([status, body.code]).toEqual([404, 'not-found']);
        const viewer = await fetch(`${service.url}/docs/swagger-ui-bundle.js`);
        expect((await viewer.text()).length).toBeGreaterThan(1_000_000);
      });

      it('honours Prefer: respond-async, and waits when asked to', async () => {
        const { status, headers } = await client.post(
          '/v1/proofread',
          { text: SHORT },
          { prefer: 'respond-async' },
        );
        expect([status, headers.get('preference-applied')]).toEqual([202, 'respond-async']);
        const waited = await client.post(
          '/v1/proofread',
          { text: SHORT },
          { prefer: 'respond-async, wait=20' },
        );
        expect([waited.status, waited.body.status]).toEqual([200, 'succeeded']);
        expect(waited.headers.get('preference-applied')).toBe('respond-async, wait=20');
      });

      it('tells who waits and who listens of the end, and forgets what is erased', async () => {
        const { body } = await client.post('/v1/proofread', { text: ofLength(2000) });
        const url = new URL(`/v1/operations/${body.operation_id}`, service.url);
        const authorization = `Bearer ${await issuer.token('school-1')}`;
        const [waited, stream] = await Promise.all([
          client.get(url.pathname, { prefer: 'wait=30' }),
          openEvents(url, { authorization }),
        ]);
        expect([waited.body.status, waited.headers.get('preference-applied')]).toEqual([
          'succeeded',
          'wait=30',
        ]);
        expect(stream.headers).toMatchObject({
          'content-type': 'text/event-stream',
          'x-accel-buffering': 'no',
        });
        const states = (await stream.rest()).map(({ data }) => data.status);
        expect(['queued,running,succeeded', 'queued,succeeded', 'running,succeeded', 'succeeded']).toContain(
          states.join(','),
        );
        const tag = { 'if-none-match': String(waited.headers.get('etag')) };
        expect((await client.get(url.pathname, tag)).status).toBe(304);
        expect((await client.delete(url.pathname)).status).toBe(204);
        expect((await client.get(url.pathname)).status).toBe(404);
      });

      it('makes one operation of 50 requests with one key', async () => {
        const key = { 'idempotency-key': randomUUID(), prefer: 'respond-async' };
        const replies = await Promise.all(
          Array.from({ length: 50 }, () => client.post('/v1/proofread', { text: SHORT }, key)),
        );
        expect(new Set(replies.map(({ body }) => body.operation_id)).size).toBe(1);
        expect(replies.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
        const { headers, status } = await client.post('/v1/proofread', { text: `${SHORT} ` }, key);
        expect([status, headers.get('content-type')]).toEqual([
          422,
          expect.stringContaining('application/problem+json'),
        ]);
      });

      it('keeps one tenant from the operations of another', async () => {
        const { body } = await client.post('/v1/proofread', { text: SHORT });
        expect((await other.get(`/v1/operations/${body.operation_id}`)).status).toBe(404);
        expect((await other.post(`/v1/operations/${body.operation_id}/cancel`)).status).toBe(404);
        expect((await other.get('/v1/operations')).body).toEqual({ operations: [] });
      });

      it('lists newest first, page by page', async () => {
        const first = await client.get('/v1/operations?page_size=2');
        const second = await client.get(
          `/v1/operations?page_size=2&page_token=${first.body.next_page_token}`,
        );
        const operations = [...first.body.operations, ...second.body.operations];
        const times = operations.map(({ created_at }) => created_at);
        expect(times).toEqual(times.toSorted().reverse());
        expect(new Set(operations.map(({ operation_id }) => operation_id)).size).toBe(4);
        expect(operations.every((operation) => !('result' in operation))).toBe(true);
      });

      it('refuses to run a task for anyone but its own queue', async () => {
        const forged = { 'x-cloudtasks-taskname': 'forged', 'x-cloudtasks-queuename': 'local' };
        const { status } = await client.post('/tasks/run', { operation_id: randomUUID() }, forged);
        expect(status).toBe(404);
      });

      certifiesByRules(() => ({ url: service.url, issuer }));

      it('writes neither texts nor tokens to its log', async () => {
        const token = await issuer.token('school-1');
        await clientOf(service.url, token).post(
          '/v1/proofread',
          { text: SHORT },
          { 'x-request-id': 'look-here' },
        );
        await expect.poll(service.output).toContain('"request_id":"look-here"');
        const output = service.output();
        expect(output).not.toContain('பையன்');
        expect(output).not.toContain(token.slice(0, 60));
      });

      it('ends at Ctrl-C', async () => {
        expect(await service.stop()).toBe(0);
        await expect(fetch(`${service.url}/v1/health`)).rejects.toThrow();
      });
    });

    describe('with a language model', () => {
      let gemini: GeminiStandIn;
      beforeAll(async () => {
        gemini = await startGeminiStandIn();
      });
      afterAll(() => gemini.close());
      const modelEnv = (more: Record<string, string> = {}) =>
        env({ GEMINI_API_KEY: 'test-key', GEMINI_BASE_URL: gemini.url, ...more });

      describe('that is slow or fails', () => {
        let service: Running;
        let client: Client;
        beforeAll(async () => {
          const one = { WORKER_MAX_ATTEMPTS: '1', LOCAL_QUEUE_CONCURRENCY: '1' };
          service = await launch(modelEnv({ SYNC_TIMEOUT_MS: '2000', ...one }));
          client = clientOf(service.url, await issuer.token('school-1'));
        });
        afterAll(() => service.kill());

        it('hands a slow request to the queue, the call aborted; and cancels one that is running', async () => {
          // The first call of a process loads what makes it, and the window is for the call.
          for (const headers of [{}, { prefer: 'respond-async' }] as Record<string, string>[]) {
            const { body } = await client.post('/v1/proofread', { text: SHORT }, headers);
            expect((await client.finished(body.operation_id)).body.status).toBe('succeeded');
          }
          const before = gemini.calls.length;
          gemini.respondWith(() => ({ hang: true }));
          const { status, body } = await client.post('/v1/proofread', { text: SHORT });
          expect([status, body.status]).toEqual([202, 'queued']);
          await gemini.hungUp(before);
          const running = await eventually(
            () => client.get(`/v1/operations/${body.operation_id}`),
            ({ status }) => status === 'running',
          );
          expect(running.headers.get('retry-after')).toMatch(/^\d+$/);
          const cancelled = await client.post(`/v1/operations/${body.operation_id}/cancel`);
          expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
          await gemini.hungUp(before + 1);
          expect((await client.post(`/v1/operations/${body.operation_id}/cancel`)).body).toEqual(
            cancelled.body,
          );
        });

        it('logs a failed attempt without what the model or the API made of the text', async () => {
          const message = `cannot read ${SHORT}`;
          const sayings: GeminiBehaviour[] = [
            { answer: `{"issues": [${SHORT}` },
            { response: SHORT },
            { error: 400, message },
            { error: 500, message },
          ];
          for (const saying of sayings) {
            gemini.respondWith(() => saying);
            const { body } = await client.post('/v1/proofread', { text: SHORT }, { prefer: 'respond-async' });
            expect((await client.finished(body.operation_id)).body.status).toBe('failed');
          }
          const failures = () =>
            service
              .output()
              .split('\n')
              .filter((line) => /"CallFault"/.test(line));
          await expect.poll(() => failures().length).toBe(sayings.length);
          expect(failures().filter((line) => /\p{Script=Tamil}/u.test(line))).toEqual([]);
        });

        certifiesByOddModel(() => ({ url: service.url, issuer, gemini }));
      });

      describe('that answers', () => {
        let settings: ReturnType<typeof modelEnv>;
        let service: Running;
        let client: Client;
        beforeAll(async () => {
          settings = modelEnv();
          service = await launch(settings);
          client = clientOf(service.url, await issuer.token('school-1'));
        });
        afterAll(() => service.kill());

        it('adds what the engine is certain of, and shows the contract’s fields of it and no more', async () => {
          const message = 'உயிரெழுத்துக்கு முன் ஓர் வரும்.';
          const found = { excerpt: 'ஒரு', suggestion: 'ஓர்', type: 'grammar', severity: 'medium', message };
          gemini.respondWith(() => ({ answer: { issues: [found] } }));
          const key = { 'idempotency-key': randomUUID() };
          const first = await client.post('/v1/proofread', { text: SHORT }, key);
          expect([first.status, first.body.provider]).toEqual([200, 'gemini']);
          const { issues, corrected_text } = first.body.result;
          expect(corrected_text).toBe('அந்தப் பையன் ஓர் ஆடு வாங்கினான்.');
          expect(issues).toEqual([
            {
              ...{ type: 'grammar', severity: 'medium', message: expect.stringContaining('நன்னூல்') },
              ...{ start: 0, end: 4, suggestion: 'அந்தப்', rule: expect.stringMatching(/^sandhi\//) },
            },
            { type: 'grammar', severity: 'medium', message, start: 11, end: 14, suggestion: 'ஓர்' },
          ]);
          const polled = await client.get(`/v1/operations/${first.body.operation_id}`);
          const replayed = await client.post('/v1/proofread', { text: SHORT }, key);
          const accepted = await client.post('/v1/proofread', { text: SHORT }, { prefer: 'respond-async' });
          const worked = await client.finished(accepted.body.operation_id);
          for (const { body } of [polled, replayed, worked]) expect(body.result).toEqual(first.body.result);
        });

        it('keeps one trace from the request through the task and the attempt to the model', async () => {
          gemini.respondWith(() => ({ answer: { issues: [] } }));
          const before = gemini.calls.length;
          const trace = randomUUID().replaceAll('-', '');
          const traceparent = `00-${trace}-b7ad6b7169203331-01`;
          const { body } = await client.post(
            '/v1/proofread',
            { text: SHORT },
            { prefer: 'respond-async', traceparent },
          );
          await client.finished(body.operation_id);
          const ofTrace = () =>
            service
              .output()
              .split('\n')
              .filter((line) => line.startsWith('{'))
              .map((line) => JSON.parse(line))
              .filter((line) => line['logging.googleapis.com/trace']?.endsWith(trace));
          const kinds = () => new Set(ofTrace().map(({ message, route }) => route ?? message));
          const expected = new Set([
            '/v1/proofread',
            ...(worker === 'http' ? ['/tasks/run'] : []),
            'attempt',
          ]);
          await expect.poll(() => kinds().isSupersetOf(expected)).toBe(true);
          const named = new Set(ofTrace().map((line) => line['logging.googleapis.com/trace']));
          expect([...named]).toEqual([`projects/${settings.GOOGLE_CLOUD_PROJECT}/traces/${trace}`]);
          const [call, ...more] = gemini.calls.slice(before);
          expect(more).toEqual([]);
          expect(call?.headers['traceparent']).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
        });

        certifiesUntilCancelled(() => ({ url: service.url, issuer, gemini }));
        killSuite(() => ({ service, settings, issuer, gemini }), launch, SHORT);
      });
    });

    it('has logged no text, no token and no key in all that came before', () => {
      const output = launched.map((service) => service.output()).join('\n');
      expect(output).toContain('"message":"request"');
      // Every text of this suite, and all that is found in one, is in Tamil.
      const leak = (what: RegExp) => output.split('\n').filter((line) => what.test(line));
      expect(leak(/\p{Script=Tamil}|\\u0b[89a-f]/iu)).toEqual([]);
      expect(leak(/eyJ[\w-]+\.[\w-]+/)).toEqual([]);
      expect(leak(/Bearer |test-key/)).toEqual([]);
    });
  });
}

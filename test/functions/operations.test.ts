import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operationView } from '../../shared/operations/record/view.ts';
import { idOf, queued, running, START, succeeded } from '../contract/records.ts';
import { type Exchanged, exchange } from '../support/exchange.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

let served: ServedFunctions;
let bearer: { Authorization: string };
beforeAll(async () => {
  served = await serveFunctions();
  bearer = await served.bearer();
});
afterAll(() => served[Symbol.asyncDispose]());
beforeEach(() => {
  served.provider.script = nothingFound;
});

const get = (target: string, headers = bearer) => exchange(served.origins.operations, { target, headers });
const cancel = (id: string) =>
  exchange(served.origins.operations, {
    target: `/v1/operations/${id}/cancel`,
    method: 'POST',
    headers: bearer,
  });
const submit = (body: object, headers: Record<string, string> = {}) =>
  exchange(served.origins.submit, {
    target: '/v1/proofread',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...bearer, ...headers },
  });
const deliver = async (id: string) =>
  exchange(served.origins.worker, {
    target: '/tasks/run',
    body: JSON.stringify({ operation_id: id }),
    headers: { 'Content-Type': 'application/json', ...(await served.queueBearer()) },
  });

const INTERNAL = [
  'input',
  'lease',
  'attempts',
  'due_at',
  'expire_at',
  'fingerprint',
  'generation',
  'traceparent',
];
const expectPublic = ({ json: { poll_url: _, ...operation } }: Exchanged) => {
  expect(operationView.safeParse(operation).error).toBeUndefined();
  for (const field of INTERNAL) expect(operation).not.toHaveProperty(field);
  expect(Object.values(operation)).not.toContain(null);
};

describe('an operation’s life as its client sees it', () => {
  it('202, polled to the end, then the same for ever', async () => {
    const accepted = await submit(
      { text: 'அந்த பையன்.' },
      { Prefer: 'respond-async', 'X-Request-Id': 'first' },
    );
    const id = accepted.json.operation_id;
    const poll_url = `/v1/operations/${id}`;
    expect(accepted).toMatchObject({
      status: 202,
      headers: {
        location: poll_url,
        'retry-after': expect.stringMatching(/^\d+$/),
        'preference-applied': 'respond-async',
      },
      json: { status: 'queued', poll_url, tenant_id: 'school-1', endpoint: 'proofread', request_id: 'first' },
    });
    expectPublic(accepted);

    const waiting = await get(poll_url);
    expect(waiting).toMatchObject({
      status: 200,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'x-request-id': expect.any(String) },
      json: { status: 'queued', created_at: new Date(START).toISOString(), request_id: 'first' },
    });
    expectPublic(waiting);
    for (const field of ['completed_at', 'result', 'error', 'provider'])
      expect(waiting.json).not.toHaveProperty(field);

    expect((await deliver(id)).json).toEqual({ status: 'succeeded' });
    const finished = await get(poll_url);
    expect(finished.json).toMatchObject({ status: 'succeeded', result: { issues: [] }, model: 'm-1' });
    expect(finished.json).not.toHaveProperty('error');
    expect(finished.headers).not.toHaveProperty('retry-after');
    expectPublic(finished);
    await deliver(id);
    expect((await get(poll_url)).json).toEqual(finished.json);
  });

  it('200 at once is the operation, which can be read again', async () => {
    const answer = await submit({ text: 'அந்த பையன்.' });
    expect(answer.status).toBe(200);
    expectPublic(answer);
    for (const header of ['location', 'retry-after']) expect(answer.headers).not.toHaveProperty(header);
    expect((await get(`/v1/operations/${answer.json.operation_id}`)).json).toEqual(answer.json);
  });

  it('is found by its id in any case', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' }, { Prefer: 'respond-async' });
    const id: string = json.operation_id.toUpperCase();
    expect((await get(`/v1/operations/${id}`)).json.operation_id).toBe(json.operation_id);
    expect((await cancel(id)).json).toMatchObject({ operation_id: json.operation_id, status: 'cancelled' });
    expect((await get(`/v1/operations/${id}`, await served.bearer({ tenant_id: 'school-2' }))).status).toBe(
      404,
    );
    const target = `/v1/operations/${id}`;
    const erased = await exchange(served.origins.operations, { target, method: 'DELETE', headers: bearer });
    expect([erased.status, (await get(target)).status]).toEqual([204, 404]);
  });

  it('a failed one is 200, with its error and without a result', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' }, { Prefer: 'respond-async' });
    served.provider.script = () => Promise.reject(new TypeError('secret'));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await deliver(json.operation_id);
      served.clock.now += served.queue.tasks.at(-1)?.delay_ms ?? 0;
    }
    const failed = await get(`/v1/operations/${json.operation_id}`);
    expect(failed).toMatchObject({
      status: 200,
      json: { status: 'failed', error: { code: 'internal-error' } },
    });
    expect(failed.json).not.toHaveProperty('result');
    expectPublic(failed);
  });

  it('past its retention it is not found, by reading, cancelling or listing', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' });
    const { now } = served.clock;
    served.clock.now += 30 * 86_400_000;
    try {
      expect((await get(`/v1/operations/${json.operation_id}`)).json.code).toBe('not-found');
      expect((await cancel(json.operation_id)).json.code).toBe('not-found');
      expect((await get('/v1/operations')).json.operations).toEqual([]);
    } finally {
      served.clock.now = now;
    }
  });

  it('a corrupt record is a bland 500 and a logged error', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' });
    served.damage(json.operation_id);
    const answer = await get(`/v1/operations/${json.operation_id}`);
    expect([answer.status, answer.json.code]).toEqual([500, 'internal-error']);
    expect((await get('/v1/health')).status).toBe(200);
  });
});

describe('POST /v1/operations/{id}/cancel', () => {
  const put = (op: Parameters<typeof served.services.store.create>[0]) => served.services.store.create(op);

  it.each([
    ['queued', () => queued('cancel-queued')],
    ['running', () => running('cancel-running', { due_at: START + 1e9 })],
  ])('a %s one is cancelled, and again is the same', async (_name, make) => {
    const op = make();
    await put(op);
    const first = await cancel(op.id);
    expect(first).toMatchObject({
      status: 200,
      json: { status: 'cancelled', completed_at: expect.any(String) },
    });
    expectPublic(first);
    const again = await cancel(op.id);
    expect([again.status, again.json]).toEqual([200, first.json]);
    expect((await deliver(op.id)).json).toEqual({ status: 'cancelled' });
  });

  it('a finished one is 409, and says which', async () => {
    await put(succeeded('cancel-succeeded', {}));
    const answer = await cancel(idOf('cancel-succeeded'));
    expect([answer.status, answer.json.code]).toEqual([409, 'operation-already-finished']);
    expect(answer.json.detail).toContain('succeeded');
  });
});

describe('DELETE /v1/operations/{id}', () => {
  const erase = (id: string, headers = bearer) =>
    exchange(served.origins.operations, { target: `/v1/operations/${id}`, method: 'DELETE', headers });

  it('answers 204 without a body, and nothing finds the operation again', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' });
    const id = json.operation_id;
    const answer = await erase(id);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([204, '', undefined]);
    for (const again of [await get(`/v1/operations/${id}`), await erase(id), await cancel(id)])
      expect([again.status, again.json.code]).toEqual([404, 'not-found']);
    expect((await get('/v1/operations?page_size=100')).text).not.toContain(id);
  });

  it('is 409 for one that has not finished, and 404 for another tenant’s', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' }, { Prefer: 'respond-async' });
    const refused = await erase(json.operation_id);
    expect([refused.status, refused.json.code]).toEqual([409, 'operation-not-finished']);
    const stranger = await erase(json.operation_id, await served.bearer({ tenant_id: 'school-2' }));
    expect([stranger.status, stranger.json.code]).toEqual([404, 'not-found']);
  });

  it('writes a line to the log that says what was erased, and by whom', async () => {
    const { json } = await submit({ text: 'அந்த பையன்.' });
    await erase(json.operation_id, { ...bearer, 'X-Request-Id': 'erasing' } as typeof bearer);
    const lines = () => served.logged.filter((line) => line['request_id'] === 'erasing');
    await expect.poll(() => lines().map(({ message }) => message)).toEqual(['erased', 'request']);
    expect(lines()[0]).toMatchObject({
      severity: 'INFO',
      tenant_id: 'school-1',
      operation_id: json.operation_id,
      endpoint: 'proofread',
    });
    expect(JSON.stringify(lines())).not.toContain('பையன்');
  });
});

describe('what the record knows of a finding', () => {
  const TEXT = 'அந்த பையன் அந்த கடைக்கு சென்றான்.';
  const finding = (start: number, end: number, suggestion: string) =>
    ({ type: 'spelling', severity: 'low', message: 'வல்லினம் மிகும்.', start, end, suggestion }) as const;
  const shown = [finding(0, 4, 'அந்தப்'), finding(11, 15, 'அந்தக்')];
  const recorded = [finding(0, 4, 'அந்தப்'), { ...finding(11, 15, 'அந்தக்'), source: 'rules' as const }];
  const result = {
    original_text: TEXT,
    corrected_text: 'அந்தப் பையன் அந்தக் கடைக்கு சென்றான்.',
  };
  const expectShown = (answer: Exchanged, status = 200) => {
    expect([answer.status, answer.json.result]).toEqual([status, { ...result, issues: shown }]);
    expectPublic(answer);
  };
  const expectRecorded = async (id: string) =>
    expect((await served.services.store.read(id))?.operation).toMatchObject({
      result: { ...result, issues: recorded },
    });
  beforeEach(() => {
    served.provider.script = () => ({ issues: recorded });
  });

  it.each([{}, { Prefer: 'respond-async' }])('stays in the record (%j)', async (prefer) => {
    const headers = {
      ...prefer,
      'Idempotency-Key': `findings-${JSON.stringify(prefer)}`.replaceAll('"', ''),
    };
    const first = await submit({ text: TEXT }, headers);
    const id = first.json.operation_id;
    if (first.status === 200) expectShown(first);
    else expect((await deliver(id)).json).toEqual({ status: 'succeeded' });
    await expectRecorded(id);
    expectShown(await get(`/v1/operations/${id}`));
    const replay = await submit({ text: TEXT }, headers);
    expect(replay.headers['idempotent-replayed']).toBe('true');
    expectShown(replay);
    const listed = await get('/v1/operations?status=succeeded');
    expect(listed.json.operations).toContainEqual(expect.objectContaining({ operation_id: id }));
    expect(JSON.stringify(listed.json)).not.toContain('source');
  });

  it('stays there when the client waits for the end', async () => {
    const enqueued = served.queue.tasks.length;
    const waiting = submit({ text: TEXT }, { Prefer: 'respond-async, wait=10' });
    await expect.poll(() => served.queue.tasks.length).toBe(enqueued + 1);
    await deliver(served.queue.tasks[enqueued]?.operation_id ?? '');
    const waited = await waiting;
    expectShown(waited);
    await expectRecorded(waited.json.operation_id);
  });

  it('stays there if it is no result at all', async () => {
    const issues = [{ ...finding(0, 4, 'அந்தப்'), source: 'rules', message: 7 }];
    await served.services.store.create(succeeded('no-result', { ...result, issues }));
    const answer = await get(`/v1/operations/${idOf('no-result')}`);
    expect([answer.status, answer.json.code]).toEqual([500, 'internal-error']);
    expect(answer.json).not.toHaveProperty('result');
  });
});

describe('GET /v1/operations', () => {
  let tenant: { Authorization: string };
  beforeAll(async () => {
    tenant = await served.bearer({ tenant_id: 'lister' });
    for (let at = 0; at < 25; at += 1) {
      const changes = { tenant_id: 'lister', created_at: START - Math.floor(at / 2) };
      const op = at % 5 === 0 ? succeeded(`list-${at}`, { big: 1 }, changes) : queued(`list-${at}`, changes);
      await served.services.store.create(at % 7 === 0 ? { ...op, endpoint: 'essay-critique' } : op);
    }
  });
  const pages = async (query: string): Promise<Exchanged['json'][][]> => {
    const all: Exchanged['json'][][] = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      const page: Exchanged = await get(`/v1/operations?${query}${token && `&page_token=${token}`}`, tenant);
      expect(page.status).toBe(200);
      all.push(page.json.operations);
      token = page.json.next_page_token;
    }
    return all;
  };

  it('is newest first, without results, each once, across pages', async () => {
    const paged = await pages('page_size=10');
    expect(paged.map(({ length }) => length)).toEqual([10, 10, 5]);
    const all = paged.flat();
    expect(new Set(all.map(({ operation_id }) => operation_id)).size).toBe(25);
    const times = all.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
    for (const operation of all) {
      expect(operation.tenant_id).toBe('lister');
      for (const field of [...INTERNAL, 'result']) expect(operation).not.toHaveProperty(field);
    }
  });

  it('has 20 to a page unless asked otherwise, and up to 100', async () => {
    expect((await pages('')).map(({ length }) => length)).toEqual([20, 5]);
    expect((await pages('page_size=100')).map(({ length }) => length)).toEqual([25]);
    expect((await pages('page_size=1')).length).toBe(25);
  });

  it('can be narrowed to a status and an endpoint', async () => {
    expect((await pages('status=succeeded')).flat()).toHaveLength(5);
    expect((await pages('endpoint=essay-critique')).flat()).toHaveLength(4);
    expect((await pages('status=succeeded&endpoint=essay-critique')).flat()).toHaveLength(1);
    expect((await pages('status=failed')).flat()).toEqual([]);
  });

  it('a token of one tenant shows another nothing of it', async () => {
    const { json } = await get('/v1/operations?page_size=1', tenant);
    const stranger = await served.bearer({ tenant_id: 'stranger' });
    const answer = await get(`/v1/operations?page_token=${json.next_page_token}`, stranger);
    expect(answer.json).toEqual({ operations: [] });
  });
});

describe('the service itself', () => {
  it('is alive and ready, to anyone', async () => {
    for (const [target, status] of [
      ['/v1/health', 'ok'],
      ['/v1/ready', 'ready'],
    ]) {
      const answer = await exchange(served.origins.operations, { target: target ?? '' });
      expect(answer).toMatchObject({ status: 200, json: { status } });
    }
  });
});

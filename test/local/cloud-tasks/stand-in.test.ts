import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { LOCATION, PROJECT, QUEUE, startStandIn } from '../../support/cloud-tasks-stand-in.ts';
import { startTaskWorker } from '../../support/task-worker.ts';

const parent = `projects/${PROJECT}/locations/${LOCATION}/queues/${QUEUE}`;

const call = async (host: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`http://${host}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const taskTo = (url: string, id = 'a', more: object = {}) => ({
  task: {
    name: `${parent}/tasks/${id}`,
    httpRequest: {
      url,
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Own': 'kept' },
      body: Buffer.from('{"n":1}').toString('base64'),
      oidcToken: { serviceAccountEmail: 'caller@project.example', audience: 'https://worker.example' },
    },
    ...more,
  },
});

describe('Cloud Tasks stand-in', () => {
  it('creates a task, answers with its name and delivers what it holds', async () => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn();
    const created = await call(standIn.host, 'POST', `/v2/${parent}/tasks`, taskTo(`${worker.url}/x?y=1`));
    expect(created).toMatchObject({ status: 200, body: { name: `${parent}/tasks/a` } });
    await standIn.tasks.idle();
    expect(worker.received[0]).toMatchObject({
      method: 'POST',
      path: '/x?y=1',
      body: '{"n":1}',
      headers: { 'x-own': 'kept', 'x-cloudtasks-queuename': QUEUE, 'x-cloudtasks-taskname': 'a' },
    });
  });

  it('signs as Google does, for the account and audience of the task, with a key that it serves', async () => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn();
    await call(standIn.host, 'POST', `/v2/${parent}/tasks`, taskTo(worker.url));
    await standIn.tasks.idle();
    const token = String(worker.received[0]?.headers.authorization).replace('Bearer ', '');
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(standIn.jwksUri)), {
      issuer: 'https://accounts.google.com',
      audience: 'https://worker.example',
      algorithms: ['RS256'],
    });
    expect(payload).toMatchObject({ email: 'caller@project.example', email_verified: true });
    await expect(jwtVerify(token, createLocalJWKSet(standIn.identity.jwks))).resolves.toBeDefined();
  });

  it('replaces the headers that are not for a task to set', async () => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn();
    const request = taskTo(worker.url);
    const forged = {
      'User-Agent': 'forged',
      'X-CloudTasks-TaskRetryCount': '9',
      'x-google-anything': 'forged',
      Host: 'forged.example',
      'content-length': '1',
    };
    Object.assign(request.task.httpRequest, { headers: forged });
    await call(standIn.host, 'POST', `/v2/${parent}/tasks`, request);
    await standIn.tasks.idle();
    const headers = worker.received[0]?.headers;
    expect(headers).toMatchObject({
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-taskretrycount': '0',
      host: new URL(worker.url).host,
      'content-length': '7',
    });
    expect(headers).not.toHaveProperty('x-google-anything');
  });

  it('answers ALREADY_EXISTS for a name in use, and for an hour after', async () => {
    await using worker = await startTaskWorker();
    let now = Date.now();
    await using standIn = await startStandIn({ now: () => now });
    standIn.tasks.pause();
    const create = () => call(standIn.host, 'POST', `/v2/${parent}/tasks`, taskTo(worker.url));
    const exists = { status: 409, body: { error: { code: 409, status: 'ALREADY_EXISTS' } } };
    await create();
    expect(await create()).toMatchObject(exists);
    standIn.tasks.resume();
    await standIn.tasks.idle();
    now += 3_599_000;
    expect(await create()).toMatchObject(exists);
    now += 2000;
    expect(await create()).toMatchObject({ status: 200 });
    await standIn.tasks.idle();
    expect(worker.received).toHaveLength(2);
  });

  const url = 'http://127.0.0.1:1/';
  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no task', {}],
    ['no request', { task: { name: `${parent}/tasks/a` } }],
    ['an unknown field', taskTo(url, 'a', { appEngine: {} })],
    [
      'a name of another queue',
      { task: { ...taskTo(url).task, name: 'projects/p/locations/l/queues/q/tasks/a' } },
    ],
    ['a name with a slash', taskTo(url, 'a/b')],
    ['a name with a dot', taskTo(url, 'a.b')],
    ['an empty name', taskTo(url, '')],
    ['a name that is too long', taskTo(url, 'a'.repeat(501))],
    ['no URL', taskTo('worker')],
    ['a URL of another scheme', taskTo('ftp://127.0.0.1/')],
    ['a body that is not base64', { task: { httpRequest: { url, body: '{"n":1}' } } }],
    ['a deadline under 15 s', taskTo(url, 'a', { dispatchDeadline: '14.999s' })],
    ['a deadline over 30 min', taskTo(url, 'a', { dispatchDeadline: '1801s' })],
    ['a deadline without a unit', taskTo(url, 'a', { dispatchDeadline: '60' })],
    ['a time that is none', taskTo(url, 'a', { scheduleTime: 'tomorrow' })],
    [
      'a time 31 days ahead',
      taskTo(url, 'a', { scheduleTime: new Date(Date.now() + 31 * 864e5).toISOString() }),
    ],
  ])('refuses %s as INVALID_ARGUMENT', async (_, body) => {
    await using standIn = await startStandIn();
    const { status, body: answer } = await call(standIn.host, 'POST', `/v2/${parent}/tasks`, body);
    expect({ status, answer }).toMatchObject({
      status: 400,
      answer: { error: { status: 'INVALID_ARGUMENT' } },
    });
    expect(standIn.tasks.size).toBe(0);
  });

  it('shows and deletes a task, pauses, resumes and purges, and knows one queue only', async () => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn();
    const { host } = standIn;
    await call(host, 'POST', `/v2/${parent}:pause`, {});
    await call(host, 'POST', `/v2/${parent}/tasks`, taskTo(worker.url, 'a'));
    await call(host, 'POST', `/v2/${parent}/tasks`, taskTo(worker.url, 'b'));
    expect(await call(host, 'GET', `/v2/${parent}/tasks/a`)).toMatchObject({
      status: 200,
      body: { name: `${parent}/tasks/a`, dispatchCount: 0 },
    });
    expect(await call(host, 'DELETE', `/v2/${parent}/tasks/a`)).toMatchObject({ status: 200 });
    expect(await call(host, 'GET', `/v2/${parent}/tasks/a`)).toMatchObject({ status: 404 });
    expect(await call(host, 'DELETE', `/v2/${parent}/tasks/a`)).toMatchObject({ status: 404 });
    await call(host, 'POST', `/v2/${parent}:purge`, {});
    expect(standIn.tasks.size).toBe(0);
    await call(host, 'POST', `/v2/${parent}/tasks`, taskTo(worker.url, 'c'));
    expect(worker.received).toHaveLength(0);
    await call(host, 'POST', `/v2/${parent}:resume`, {});
    await standIn.tasks.idle();
    expect(worker.received.map(({ headers }) => headers['x-cloudtasks-taskname'])).toEqual(['c']);
    const other = parent.replace(QUEUE, 'other');
    expect(await call(host, 'POST', `/v2/${other}/tasks`, taskTo(worker.url))).toMatchObject({
      status: 404,
      body: { error: { status: 'NOT_FOUND' } },
    });
  });
});

describe('faults of the stand-in', () => {
  const create = (host: string, url: string, ids: string[]) =>
    Promise.all(ids.map((id) => call(host, 'POST', `/v2/${parent}/tasks`, taskTo(url, id))));
  const names = (worker: { received: { headers: NodeJS.Dict<string | string[]> }[] }) =>
    worker.received.map(({ headers }) => headers['x-cloudtasks-taskname']);
  const ids = Array.from({ length: 20 }, (_, n) => `task-${n}`);

  it('delivers twice at once, with the same retry count', async () => {
    const both = Promise.withResolvers<number>();
    await using worker = await startTaskWorker((_, index) => {
      if (index === 2) both.resolve(204);
      return both.promise;
    });
    await using standIn = await startStandIn();
    standIn.faults.next('duplicate');
    await create(standIn.host, worker.url, ['a']);
    // The fault is the first dispatch's, which has to be that of `a`.
    await expect.poll(() => worker.received.length).toBe(2);
    await create(standIn.host, worker.url, ['b']);
    await standIn.tasks.idle();
    await standIn.faults.settled();
    expect(names(worker).sort()).toEqual(['a', 'a', 'b']);
    expect(worker.load.most).toBe(3);
    expect(new Set(worker.received.map(({ headers }) => headers['x-cloudtasks-taskretrycount']))).toEqual(
      new Set(['0']),
    );
  });

  it('delivers again after an acknowledgement', async () => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn({ rates: { repeatAfterMs: 30 } });
    standIn.faults.next('repeat');
    await create(standIn.host, worker.url, ['a']);
    await standIn.tasks.idle();
    expect(names(worker)).toEqual(['a']);
    await standIn.faults.settled();
    expect(names(worker)).toEqual(['a', 'a']);
  });

  it('lets later tasks overtake earlier ones', async () => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn({ rates: { postponeMs: 3_600_000 } });
    standIn.faults.next('postpone');
    for (const id of ['a', 'b']) await create(standIn.host, worker.url, [id]);
    await worker.arrival(1);
    expect(names(worker)).toEqual(['b']);
    expect(standIn.tasks.get('a')).toMatchObject({ retries: 0 });
  });

  it('delivers all, whatever is thrown at it, and the same faults for the same seed', async () => {
    const rates = { duplicate: 0.3, repeat: 0.3, postpone: 0.3, delay: 0.3, refuse: 0.3, cutAnswer: 0.2 };
    const counts: object[] = [];
    for (const seed of [7, 7, 8]) {
      await using worker = await startTaskWorker();
      await using standIn = await startStandIn({ seed, rates: { ...rates, delayMs: 10, postponeMs: 10 } });
      for (const id of ids) {
        for (let status = 0; status !== 200 && status !== 409; ) {
          const answered = call(standIn.host, 'POST', `/v2/${parent}/tasks`, taskTo(worker.url, id));
          ({ status } = await answered.catch(() => ({ status: 0 })));
        }
      }
      await standIn.tasks.idle();
      await standIn.faults.settled();
      expect(new Set(names(worker))).toEqual(new Set(ids));
      const { duplicate, repeat } = standIn.faults.count;
      expect(worker.received).toHaveLength(ids.length + duplicate + repeat);
      counts.push({ ...standIn.faults.count });
    }
    expect(counts[1]).toEqual(counts[0]);
    expect(counts[2]).not.toEqual(counts[0]);
  });

  it('ends with deliveries, repetitions and unanswered creates still open', async () => {
    await using worker = await startTaskWorker(() => undefined);
    const standIn = await startStandIn({ rates: { repeatAfterMs: 60_000 } });
    standIn.faults.next('noAnswer');
    const unanswered = create(standIn.host, worker.url, ['a']).catch(() => 'cut');
    await worker.arrival(1);
    await standIn.close();
    expect(await unanswered).toBe('cut');
    await expect.poll(() => worker.received[0]?.aborted).toBe(true);
  });
});

import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createLocalIdentity } from '../../local/cloud-tasks/identity.ts';
import { createCloudTasksQueue } from '../../shared/queue/cloud-tasks/queue.ts';
import { taskName } from '../../shared/queue/port.ts';
import { LOCATION, PROJECT, QUEUE, startStandIn } from '../support/cloud-tasks-stand-in.ts';
import { startTaskWorker, type TaskWorker } from '../support/task-worker.ts';
import { queueSuite } from './queue-suite.ts';

const email = 'tasks@test-project.iam.gserviceaccount.com';
const identity = await createLocalIdentity({ issuer: 'https://accounts.google.com', email, alg: 'RS256' });

const queueTo = async (workerUrl: string, config: Parameters<typeof startStandIn>[0]) => {
  const standIn = await startStandIn({ identity, ...config });
  const queue = createCloudTasksQueue({
    project: PROJECT,
    location: LOCATION,
    queue: QUEUE,
    serviceAccount: email,
    workerUrl,
    dispatchDeadlineMs: 300_000,
    emulatorHost: standIn.host,
    // A busy machine may stand for longer than what holds where none is set.
    budgetMs: 60_000,
  });
  return { queue, standIn };
};

queueSuite('Cloud Tasks', async ({ handle, concurrency, minBackoffMs, maxBackoffMs, log }) => {
  const worker = await startTaskWorker(async ({ headers, body }, _, response) => {
    const answer = await handle({
      operation_id: JSON.parse(body).operation_id,
      task: String(headers['x-cloudtasks-taskname']),
      retries: Number(headers['x-cloudtasks-taskretrycount']),
      refusedBefore: headers['x-cloudtasks-taskpreviousresponse'] === '409',
    });
    if (answer === 'gone') response.destroy();
    if (typeof answer !== 'object') return answer === 'gone' ? undefined : answer;
    return { status: answer.status, headers: { 'Retry-After': String(answer.retryAfterS) } };
  });
  const { queue, standIn } = await queueTo(worker.url, {
    queue: { maxConcurrentDispatches: concurrency, minBackoffMs, maxBackoffMs },
    log,
  });
  const stop = async () => {
    await standIn.close();
    await worker[Symbol.asyncDispose]();
  };
  return { queue, idle: () => standIn.tasks.idle(), stop };
});

describe('a delivery of Cloud Tasks', () => {
  const operation_id = '00000000-0000-4000-8000-000000000001';
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  async function deliver(answers: readonly number[], task: { generation: number; traceparent?: string }) {
    await using worker: TaskWorker = await startTaskWorker((_, index) => answers[index] ?? 204);
    const { queue, standIn } = await queueTo(worker.url, { queue: { minBackoffMs: 5, maxBackoffMs: 20 } });
    await queue.enqueue({ operation_id, ...task });
    await standIn.tasks.idle();
    await queue.close();
    await standIn.close();
    return { url: worker.url, received: worker.received };
  }

  it('is a JSON POST to /tasks/run with the operation’s id', async () => {
    const { received } = await deliver([], { generation: 0 });
    expect(received).toMatchObject([{ method: 'POST', path: '/tasks/run' }]);
    expect(received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ operation_id });
  });

  it('has Cloud Tasks’ headers and the trace context', async () => {
    const before = Date.now() / 1000;
    const { received } = await deliver([], { generation: 3, traceparent });
    const headers = received[0]?.headers ?? {};
    expect(headers).toMatchObject({
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-taskname': taskName({ operation_id, generation: 3 }),
      'x-cloudtasks-taskretrycount': '0',
      'x-cloudtasks-taskexecutioncount': '0',
      traceparent,
    });
    expect(headers['x-cloudtasks-queuename']).toMatch(/^[\w-]+$/);
    expect(Number(headers['x-cloudtasks-tasketa'])).toBeGreaterThan(before - 2);
    expect(Number(headers['x-cloudtasks-tasketa'])).toBeLessThan(before + 5);
    expect(headers).not.toHaveProperty('x-cloudtasks-taskpreviousresponse');
    expect(headers).not.toHaveProperty('x-cloudtasks-taskretryreason');
  });

  it('has a verifiable token of the service account for the worker’s URL', async () => {
    const { url, received } = await deliver([], { generation: 0 });
    const [scheme, token] = String(received[0]?.headers.authorization).split(' ');
    expect(scheme).toBe('Bearer');
    const expected = { issuer: identity.issuer, audience: url };
    const { payload } = await jwtVerify(token ?? '', createLocalJWKSet(identity.jwks), expected);
    expect(payload).toMatchObject({ email: identity.email, email_verified: true });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    expect(payload.sub).toMatch(/^\d{21}$/);
  });

  it('tells of the answer before', async () => {
    const { received } = await deliver([500, 409, 302, 201], { generation: 0 });
    const header = (field: string) => received.map(({ headers }) => headers[field]);
    expect(header('x-cloudtasks-taskpreviousresponse')).toEqual([undefined, '500', '409', '302']);
    expect(header('x-cloudtasks-taskexecutioncount')).toEqual(['0', '0', '1', '2']);
    expect(header('x-cloudtasks-taskretryreason').slice(1)).not.toContain(undefined);
  });
});

import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createClient } from '../../client/src/client.ts';
import { progressOn } from '../../command/progress.ts';
import { holdModel, LONG, newClient, proxy, service } from '../client/serving.ts';
import { ownClock } from '../support/own-clock.ts';
import { command, start } from './commanding.ts';

const demo = async () => createClient({ baseUrl: service.url, token: await service.token('demo') });
const tamil = (...argv: string[]) => command(argv, { GOTAMIL_API: proxy.url });

describe('the command', () => {
  it('shows, lists, waits for and cancels operations', async () => {
    const TOKEN = await service.token('shown');
    const client = createClient({ baseUrl: service.url, token: TOKEN });
    const tamil = (...argv: string[]) => command(argv, { GOTAMIL_API: proxy.url, TOKEN });
    const answer = holdModel();
    const accepted = Promise.withResolvers<string>();
    const call = client.proofread(LONG, { onAccepted: ({ operation_id }) => accepted.resolve(operation_id) });
    const id = await accepted.promise;
    expect((await tamil('list')).out).toMatch(
      new RegExp(`^${id} {2}\\S+Z {2}proofread +(queued|running)\n$`),
    );
    const waiting = tamil('wait', id, '--json');
    answer();
    const { code, out } = await waiting;
    expect([code, JSON.parse(out)]).toEqual([0, await call]);
    expect(JSON.parse((await tamil('get', id, '--json')).out)).toEqual(await call);
    expect(JSON.parse((await tamil('list', '--json', '--status', 'queued')).out)).toEqual({
      operations: [],
    });
    const late = await tamil('cancel', id);
    expect(late.code).toBe(2);
    expect(late.err).toContain(`code operation-already-finished\n  operation ${id}\n`);
  });

  it('cancels its operation at Ctrl-C, and ends with 130', async () => {
    const client = await demo();
    holdModel();
    const { child, ended } = start(
      ['proofread'],
      { GOTAMIL_API: proxy.url, TOKEN: await service.token('demo') },
      LONG,
    );
    const id = await vi.waitFor(
      async () => {
        const { operations } = await client.operations.list({ status: 'running' });
        return operations[0]?.operation_id ?? expect.unreachable();
      },
      { timeout: 30_000 },
    );
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect([code, err]).toEqual([130, `<stdin>: Interrupted.\n  operation ${id}\n  cancelled\n`]);
    expect((await client.operations.get(id)).status).toBe('cancelled');
  });

  it('says when to come again', async () => {
    const code = 'rate-limited';
    const body = {
      type: '',
      title: 'The quota is used up',
      status: 429,
      detail: '',
      code,
      request_id: 'r-1',
    };
    proxy.fault = () => ({ status: 429, headers: { 'Retry-After': '20' }, body: JSON.stringify(body) });
    const { err } = await command(['list', '--timeout', '5'], { GOTAMIL_API: proxy.url, TOKEN: 'any' });
    expect(err).toBe('The quota is used up\n  come again in 20 s\n  code rate-limited\n  request r-1\n');
  });

  it('says so when it cannot cancel', async () => {
    holdModel();
    proxy.fault = ({ path }) => (path.endsWith('/cancel') ? { status: 403 } : undefined);
    const controller = new AbortController();
    const call = command(['proofread'], { GOTAMIL_API: proxy.url }, LONG, controller.signal);
    await expect.poll(() => proxy.passed.some(({ method }) => method === 'GET')).toBe(true);
    controller.abort();
    const { code, err } = await call;
    expect([code, err]).toEqual([2, expect.stringMatching(/\n {2}not cancelled\n$/)]);
  });

  it('says what goes on when its time is up', async () => {
    holdModel();
    // The operation has to be accepted before.
    using _clock = ownClock();
    const { code, err } = await command(['critique', '--timeout', '1'], { GOTAMIL_API: proxy.url }, LONG);
    expect(code).toBe(2);
    const [, id] = /It goes on: npx \. wait (\S+)\n$/.exec(err) ?? [];
    const { status } = await (await demo()).operations.cancel(id ?? '');
    expect(status).toBe('cancelled');
    expect((await tamil('wait', id ?? '')).code).toBe(2);
  });
});

describe('the progress bar', () => {
  const drawn = async (isTTY: boolean) => {
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 80, cursorTo: () => {} });
    const progress = progressOn(stream, 'essay.txt');
    const answer = holdModel();
    const call = (await newClient()).proofread(LONG, {
      onAccepted: progress.show,
      onProgress: progress.show,
    });
    answer();
    await call;
    progress.end();
    return String(stream.read() ?? '');
  };

  it('is drawn on a terminal only', async () => {
    expect(await drawn(true)).toMatch(/essay\.txt \[[^\]]*\] 0 % queued/);
    expect(await drawn(false)).toBe('');
  });
});

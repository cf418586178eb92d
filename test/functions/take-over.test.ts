import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TARGETS } from '../../functions/serve.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { createIssuer } from '../e2e/tenants.ts';
import { REPORT_ASYNC_HOOKS } from '../support/async-hooks.ts';
import { exchange, exchangeRaw } from '../support/exchange.ts';
import { spawnFunction } from '../support/function-processes.ts';

const undo: (() => unknown)[] = [];
afterEach(() => {
  for (const one of undo.splice(0).reverse()) one();
});

/** A function in the framework's own process, and what that wrote once it has ended. */
async function deploy(target: string, source?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'take-over-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  const origin = new URL(`http://127.0.0.1:${await freePort()}`);
  const issuer = await createIssuer();
  const env = {
    PATH: process.env['PATH'] ?? '',
    SQLITE_PATH: join(directory, 'operations.db'),
    PROVIDER: 'rules',
    ...issuer.env,
  };
  let output = '';
  const { child, answers } = spawnFunction(
    target,
    Number(origin.port),
    env,
    (text) => {
      output += text;
    },
    { node: REPORT_ASYNC_HOOKS, ...(source !== undefined && { source }) },
  );
  undo.push(() => child.kill('SIGKILL'));
  return {
    origin,
    answers,
    authorization: { Authorization: `Bearer ${await issuer.token('school-1')}` },
    ended: async () => {
      const exited = once(child, 'close');
      child.kill('SIGTERM');
      await exited;
      return output;
    },
  };
}

describe('of a deployed function, the Functions Framework', () => {
  it.for(TARGETS)('enables no async hooks: %s', async (target) => {
    const { origin, answers, authorization, ended } = await deploy(target);
    await answers();
    const headers = { ...authorization, 'Content-Type': 'application/json' };
    for (const target of ['/v1/proofread', '/tasks/run', '/v1/operations']) {
      const body = target === '/v1/operations' ? {} : { body: '{"text":"அவன் வந்தான்."}' };
      expect((await exchange(origin, { target, headers, ...body })).status).toBeLessThan(500);
    }
    expect(await ended()).toContain('async hooks: false');
  });

  it('enables them for a function that it answers itself', async () => {
    const { answers, ended } = await deploy('hello', 'bench/cold-start/hello.mjs');
    await answers();
    expect(await ended()).toContain('async hooks: true');
  });

  it('serves a test the same way', () => {
    const script = `
      await import('./functions/index.ts');
      const { getTestServer } = await import('@google-cloud/functions-framework/testing');
      const server = getTestServer('operations').listen(0, '127.0.0.1', async () => {
        const answer = await fetch('http://127.0.0.1:' + server.address().port + '/v1/nothing');
        console.log(answer.headers.get('content-type'));
        server.close();
      });`;
    const directory = mkdtempSync(join(tmpdir(), 'take-over-'));
    undo.push(() => rmSync(directory, { recursive: true, force: true }));
    const env = {
      FUNCTION_TARGET: 'operations',
      LOG_LEVEL: 'silent',
      SQLITE_PATH: join(directory, 'operations.db'),
    };
    const { stdout } = spawnSync(
      process.execPath,
      [...REPORT_ASYNC_HOOKS, '--input-type=module', '--eval', script],
      { encoding: 'utf8', env, timeout: 60_000 },
    );
    expect(stdout).toBe('application/problem+json; charset=utf-8\nasync hooks: false\n');
  });

  it('does not come to see a request, nor what is none, not even as the first', async () => {
    const { origin, answers, authorization, ended } = await deploy('submit');
    const first = async () => exchangeRaw(origin, 'no HTTP\r\n\r\n').catch(() => '');
    await expect.poll(first, { timeout: 30_000, interval: 20 }).not.toBe('');
    expect(await first()).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*Content-Type: application\/problem\+json/,
    );
    await answers();
    // It would answer these with 404 and no body, with HTML and a stack, and after having read the whole body.
    for (const [asked, status] of [
      [{ target: '/robots.txt' }, 404],
      [{ target: '/v1/%zz' }, 404],
      [{ target: '/v1/proofread', body: '{"text":' }, 400],
      [{ target: '/v1/proofread', headers: { 'Content-Length': '1000000000' }, method: 'POST' }, 413],
    ] as const) {
      const headers = {
        ...authorization,
        'Content-Type': 'application/json',
        ...('headers' in asked && asked.headers),
      };
      const answer = await exchange(origin, { ...asked, headers });
      expect([answer.status, answer.json.status]).toEqual([status, status]);
    }
    expect(await ended()).not.toContain('take-over');
  });
});

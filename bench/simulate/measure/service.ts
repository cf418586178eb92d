import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../../measure/load.ts';
import { startProcess } from '../../systems/system.ts';

const LOCAL = join(import.meta.dirname, '../../../local');
const SCRIPTS = { 'npm-start': `${LOCAL}/start/start.ts`, emulated: `${LOCAL}/emulated/start.ts` } as const;

/** One process with SQLite, or the deployed functions with the Firestore emulator and the stand-in for Cloud Tasks. */
export type Shape = keyof typeof SCRIPTS;
export const SHAPES = Object.keys(SCRIPTS) as readonly Shape[];

const UNLIMITED = { TENANT_REQUESTS_PER_MINUTE: '1000000', TENANT_UNFINISHED_OPERATIONS: '1000000' };
const PAGE = 100;

/** Times of an operation, in milliseconds since the epoch, as the service tells them. */
export interface Life {
  readonly id: string;
  readonly createdAt: number;
  /** Absent: it had not ended. */
  readonly completedAt: number | undefined;
  readonly status: string;
}

export interface Service {
  /** Of the process that started the others. */
  readonly pid: number;
  readonly origin: URL;
  /** Headers of a tenant. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Sends an operation at each of the times, in milliseconds from now, and waits until all have ended, for at most `limitMs`.
   * Resolves to their lives, in the order of the times.
   */
  play(
    atMs: readonly number[],
    limitMs: number,
    textOf: (operation: number) => string,
  ): Promise<readonly Life[]>;
  /** Bytes that all processes have written to their logs. */
  readonly logged: number;
  stop(): Promise<void>;
}

/** Starts a service whose queue dispatches so many tasks at once. `emulated` needs `dist/`. */
export async function startService(
  shape: Shape,
  concurrentDispatches: number,
  modelUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-simulate-'));
  const { child, pid, found, stop } = await startProcess([process.execPath, SCRIPTS[shape]], {
    ready: /Serving (\S+)[\s\S]*Try it:/,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      LOG_LEVEL: 'error',
      SQLITE_PATH: join(directory, 'operations.db'),
      LOCAL_QUEUE_CONCURRENCY: String(concurrentDispatches),
      PROVIDER: 'gemini',
      GEMINI_API_KEY: 'stand-in',
      GEMINI_BASE_URL: modelUrl,
      GEMINI_MODELS: 'gemini-3.8-flash',
      ...UNLIMITED,
      ...env,
    },
  });
  let logged = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    logged += chunk.length;
  });
  const origin = new URL(found.replace('localhost', '127.0.0.1'));
  const asked = { method: 'POST', path: '/dev/token', body: '{"tenant_id":"bench"}', expect: 200 } as const;
  const { token } = JSON.parse((await exchange(origin, asked)).body) as { token: string };
  const headers = { authorization: `Bearer ${token}` };

  const post = async (text: string): Promise<string> => {
    const { status, body } = await exchange(origin, {
      method: 'POST',
      path: '/v1/proofread',
      headers: { ...headers, prefer: 'respond-async' },
      body: JSON.stringify({ text }),
      expect: 202,
    });
    if (status !== 202) throw new Error(`a POST was answered ${status}: ${body.slice(0, 200)}`);
    return (JSON.parse(body) as { operation_id: string }).operation_id;
  };

  const list = async (query: string): Promise<Listed> => {
    const path = `/v1/operations?page_size=${PAGE}${query}`;
    const { body } = await exchange(origin, { method: 'GET', path, headers, expect: 200 });
    return JSON.parse(body) as Listed;
  };

  const unfinished = async () =>
    (await Promise.all(['queued', 'running'].map((status) => list(`&status=${status}`)))).some(
      ({ operations }) => operations.length > 0,
    );

  return {
    pid,
    origin,
    headers,
    get logged() {
      return logged;
    },
    async play(atMs, limitMs, textOf) {
      const begun = performance.now();
      const posted = await Promise.all(
        atMs.map(async (at, operation) => {
          await sleep(Math.max(0, at - (performance.now() - begun)));
          return post(textOf(operation));
        }),
      );
      while ((await unfinished()) && performance.now() - begun < limitMs) await sleep(500);
      const mine = new Set(posted);
      const lives = new Map<string, Life>();
      for (let token: string | undefined = ''; token !== undefined && lives.size < mine.size; ) {
        const page: Listed = await list(token === '' ? '' : `&page_token=${token}`);
        for (const { operation_id: id, created_at, completed_at, status } of page.operations) {
          const completedAt = completed_at === undefined ? undefined : Date.parse(completed_at);
          if (mine.has(id)) lives.set(id, { id, createdAt: Date.parse(created_at), completedAt, status });
        }
        token = page.next_page_token;
      }
      return posted.map((id) => {
        const life = lives.get(id);
        if (life === undefined) throw new Error(`${id} was accepted and is not listed`);
        return life;
      });
    },
    stop: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Listed {
  readonly operations: readonly {
    readonly operation_id: string;
    readonly created_at: string;
    readonly completed_at?: string;
    readonly status: string;
  }[];
  readonly next_page_token?: string;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CloudRun } from './run-api.ts';
import { root } from './scripts.ts';
import type { WarmGcloud } from './warm-gcloud.ts';

export interface Sent {
  readonly method: string;
  /** Without `googleapis.test`, such as `cloudtasks` or `asia-south1-run`. */
  readonly api: string;
  readonly path: string;
  readonly body: string;
}

/** What a deployed function answers; without a type, JSON or a problem. */
export type Served = { readonly status: number; readonly type?: string };

export interface GoogleCloudOptions {
  readonly gcloud: Pick<WarmGcloud, 'folder'>;
  /** Answers for the function of an image, whoever asks: a candidate's address, the site, or the queue. */
  readonly serve: (image: string, request: { path: string; from: 'candidate' | 'site' | 'queue' }) => Served;
  /** Which service the site asks for a path. */
  readonly rewrites: (path: string) => string;
}

const APIS = ['RUN', 'CLOUDTASKS', 'CLOUDSCHEDULER', 'SERVICEUSAGE', 'CLOUDRESOURCEMANAGER', 'FIRESTORE'];
const NOT_FOUND = { error: { code: 404, message: 'Resource not found.', status: 'NOT_FOUND' } };

/** Google Cloud on loopback, for the real gcloud and the real scripts: a proxy that answers in place of every host. */
export class GoogleCloud {
  readonly run = new CloudRun();
  readonly sent: Sent[] = [];
  readonly #options: GoogleCloudOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'google-cloud-'));
  readonly #server = createServer((req, res) => void this.#answer(req, res));
  /** Resources other than those of Cloud Run, by their path. */
  readonly #resources = new Map<string, Record<string, unknown>>();
  readonly #running = new Set<ChildProcess>();

  constructor(options: GoogleCloudOptions) {
    this.#options = options;
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    writeFileSync(join(this.#folder, 'token'), 'a-token');
    return this;
  }

  /** Runs a script of the project, or a command, and gives its exit code and all that it printed. */
  async script(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; output: string }> {
    const { port } = this.#server.address() as AddressInfo;
    const [command = '', ...rest] = args[0]?.endsWith('.sh') ? ['bash', ...args] : args;
    const child = spawn(command, rest, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: {
        PATH: `${this.#options.gcloud.folder}:${process.env['PATH']}`,
        PROJECT_ID: 'demo-project',
        PROJECT_NUMBER: '123456789012',
        http_proxy: `http://127.0.0.1:${port}`,
        CLOUDSDK_CONFIG: this.#folder,
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(this.#folder, 'token'),
        CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
        CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
        CLOUDSDK_PROXY_TYPE: 'http',
        CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
        CLOUDSDK_PROXY_PORT: String(port),
        ...Object.fromEntries(
          APIS.map((api) => [
            `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`,
            `http://${api.toLowerCase()}.googleapis.test/`,
          ]),
        ),
        ...env,
      },
    });
    this.#running.add(child);
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    this.#running.delete(child);
    return { code, output: output + errors };
  }

  /** Ctrl-C: every process of the scripts that run gets SIGINT. */
  interrupt(): void {
    for (const { pid } of this.#running) if (pid !== undefined) process.kill(-pid, 'SIGINT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Bodies that were sent to an API, newest last. */
  bodies(api: string, method: string, path: RegExp): Record<string, unknown>[] {
    return this.sent
      .filter((one) => one.api === api && one.method === method && path.test(one.path))
      .map(({ body }) => JSON.parse(body));
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { hostname, pathname } = new URL(req.url ?? '/', 'http://nowhere.test');
    const method = req.method ?? '';
    const body = await text(req);
    const json = (status: number, value: object, type = 'application/json') =>
      res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(JSON.stringify(value));
    const [, api] = /^(.+)\.googleapis\.test$/.exec(hostname) ?? [];
    if (api === undefined) {
      const { status, type = status < 400 ? 'application/json' : 'application/problem+json' } = this.#served(
        hostname,
        pathname,
      );
      return void json(status, {}, type);
    }
    const path = decodeURIComponent(pathname);
    this.sent.push({ method, api, path, body });
    const found = api.endsWith('-run')
      ? this.run.answer(method, path, body)
      : this.#resource(method, path, body);
    json(found === undefined ? 404 : 200, found ?? NOT_FOUND);
  }

  #served(host: string, path: string): Served {
    const [, tag, service = this.#options.rewrites(path)] =
      /^(?:(\w+)---)?(\w+)\.run\.test$/.exec(host) ?? [];
    // The worker is not reached from outside.
    const image = service === 'worker' ? undefined : this.run.imageOf(service, tag);
    if (image === undefined) return { status: 404, type: 'text/html' };
    return this.#options.serve(image, { path, from: tag === undefined ? 'site' : 'candidate' });
  }

  #resource(method: string, path: string, body: string): object | undefined {
    if (path.endsWith('.googleapis.com')) return { name: path, state: 'ENABLED' };
    if (path === '/v1/projects/demo-project')
      return { projectId: 'demo-project', projectNumber: '123456789012' };
    if (path.endsWith(':getIamPolicy')) return { etag: 'ZQ==', bindings: [] };
    if (path.endsWith(':setIamPolicy')) return JSON.parse(body).policy;
    const place = path.replace(/^\/v\d\w*\//, '');
    const known = this.#resources.get(place);
    // A schedule has been run again whenever somebody looks.
    if (method === 'GET' && place.includes('/jobs/'))
      return (
        known && {
          ...known,
          state: 'ENABLED',
          lastAttemptTime: new Date(this.sent.length * 1000),
          status: {},
        }
      );
    if (method === 'GET') return known;
    if (method === 'DELETE') return this.#resources.delete(place) ? {} : undefined;
    if (path.endsWith('/tasks')) return this.#dispatch(JSON.parse(body).task);
    const paused = /^(.+):pause$/.exec(place)?.[1];
    if (paused !== undefined) {
      this.#resources.set(paused, { ...this.#resources.get(paused), state: 'PAUSED' });
      return {};
    }
    const given = JSON.parse(body);
    const name = given.name ?? place;
    const kept = { state: 'RUNNING', ...this.#resources.get(name), ...given };
    this.#resources.set(name, kept);
    return kept;
  }

  /** A task is forgotten when it is acknowledged. */
  #dispatch(task: { name: string; httpRequest: { url: string } }): object {
    const { hostname, pathname } = new URL(task.httpRequest.url);
    const tag = /^(\w+)---/.exec(hostname)?.[1];
    const image = this.run.imageOf('worker', tag) ?? '';
    const { status } = this.#options.serve(image, { path: pathname, from: 'queue' });
    if (status < 200 || status > 299) {
      const responseStatus = { code: 16, message: `UNAUTHENTICATED(16): HTTP status code ${status}` };
      this.#resources.set(task.name, { ...task, lastAttempt: { responseStatus } });
    }
    return task;
  }
}

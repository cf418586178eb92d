import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createKinds, type OfferedKind } from '../../shared/kinds.ts';
import { createLog } from '../../shared/log.ts';
import { kindsOf } from '../../shared/operations/kind.ts';
import type { Services } from '../../shared/operations/services.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import { QueueUnavailable, type Task } from '../../shared/queue/port.ts';
import { createQuota, type QuotaLimits } from '../../shared/quota/quota.ts';
import { START } from '../contract/records.ts';
import { DEFAULT_LIMITS } from './default-limits.ts';
import { writeInline } from './inline-writes.ts';
import { createScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

/** Services on a real SQLite store in a directory of its own, on a clock that the test turns. */
export interface ServiceFixture extends AsyncDisposable {
  readonly services: Services;
  readonly kinds: readonly OfferedKind[];
  readonly provider: ScriptedProvider;
  readonly clock: { now: number };
  /** Tasks that were enqueued; `down` makes the queue refuse them. */
  readonly queue: { readonly tasks: Task[]; down: boolean };
  /** Calls of the store by method. */
  readonly storeCalls: Record<'create' | 'read' | 'update', number>;
  /** Puts methods before those of the store, which they are given. */
  interpose(methods: (store: OperationStore) => Partial<OperationStore>): void;
  /** Lets so many updates find that another has written first. */
  loseRaces(many: number): void;
  /** Every line logged, parsed. */
  readonly logged: Record<string, unknown>[];
  /** Makes a stored record unreadable. */
  damage(id: string): void;
}

export function openServices(
  limits: Partial<Services['limits']> = {},
  quota: Partial<QuotaLimits> = {},
): ServiceFixture {
  const directory = mkdtempSync(join(tmpdir(), 'services-'));
  const path = join(directory, 'operations.db');
  const clock = { now: START };
  const now = () => clock.now;
  const sqlite = createSqliteStore({ path, now }, writeInline);
  const storeCalls = { create: 0, read: 0, update: 0 };
  let interposed: Partial<OperationStore> = {};
  const method = <K extends Exclude<keyof OperationStore, 'spreadsIds'>>(name: K): OperationStore[K] =>
    (interposed[name] ?? sqlite[name].bind(sqlite)) as OperationStore[K];
  const store: OperationStore = {
    create: (op) => {
      storeCalls.create += 1;
      return method('create')(op);
    },
    read: (id) => {
      storeCalls.read += 1;
      return method('read')(id);
    },
    update: (op, version) => {
      storeCalls.update += 1;
      return method('update')(op, version);
    },
    erase: (id, version) => method('erase')(id, version),
    watch: (id, tell) => method('watch')(id, tell),
    list: (query) => method('list')(query),
    due: (at, limit, after) => method('due')(at, limit, after),
    postpone: (id, version, due_at) => method('postpone')(id, version, due_at),
    countUnfinished: (tenant_id, upTo) => method('countUnfinished')(tenant_id, upTo),
    readLock: (name) => method('readLock')(name),
    takeLock: (name, lock, version) => method('takeLock')(name, lock, version),
    ping: () => method('ping')(),
    close: () => sqlite.close(),
  };
  const queue: ServiceFixture['queue'] = { tasks: [], down: false };
  const provider = createScriptedProvider();
  const kinds = createKinds(provider);
  const logged: Record<string, unknown>[] = [];
  const log = createLog(
    { level: 'debug', service: 'test' },
    { write: (line) => void logged.push(JSON.parse(line)) },
  );
  const services: Services = {
    store,
    queue: {
      enqueue: async (task) => {
        if (queue.down) throw new QueueUnavailable('down');
        queue.tasks.push(task);
      },
      close: async () => undefined,
    },
    kinds: kindsOf(kinds),
    quota: createQuota({ requestsPerMinute: 100_000, unfinishedOperations: 2000, ...quota }, store),
    log,
    project: undefined,
    now,
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
  return {
    services,
    kinds,
    provider,
    clock,
    queue,
    storeCalls,
    logged,
    interpose: (methods) => {
      interposed = methods(sqlite);
    },
    loseRaces: (many) => {
      let left = many;
      interposed = {
        update: async (operation, version) => {
          left -= 1;
          return left >= 0 ? undefined : sqlite.update(operation, version);
        },
      };
    },
    damage: (id) => {
      using db = new DatabaseSync(path);
      db.prepare(`
        UPDATE operations SET document = substr(document, 1, 100), summary = substr(summary, 1, 20) WHERE id = ?
      `).run(id);
    },
    async [Symbol.asyncDispose]() {
      await sqlite.close();
      rmSync(directory, { recursive: true });
    },
  };
}

import type { Operation } from '../../record/record.ts';
import { LOOK_EVERY_MS, type OperationStore, SET_ASIDE_MS, type Stored, type Version } from '../port.ts';
import { dueAt, type OnCorrupt, skipCorrupt } from '../serialise.ts';
import type { ClientOptions, Document, Fields, Query } from './client.ts';
import {
  expiryOf,
  fieldsOf,
  idOf,
  integerOf,
  isAt,
  isSetAside,
  LOOKED_AT,
  postponement,
  READ_FIELDS,
  settingAside,
  stateOf,
  storedOf,
  summaryIn,
  versionIn,
  versionOf,
  withNewWrite,
  writesOf,
} from './document.ts';
import { eraseDocument } from './erase.ts';
import { firestoreLocks } from './locks.ts';
import { COLLECTION, type Cursor, dueQuery, listQuery, unfinishedQuery } from './queries.ts';
import { faultOf } from './rpc.ts';
import { firestoreService } from './service.ts';
import { createWatch } from './watch.ts';
import { type Judge, writeUntilKnown } from './write.ts';

export interface FirestoreOptions extends ClientOptions {
  readonly database?: string | undefined;
  /** Milliseconds for a call with all its attempts. */
  readonly timeoutMs?: number;
  /** Milliseconds for one attempt, so short that a second one fits if an answer is lost. */
  readonly attemptTimeoutMs?: number;
  /** The clock that decides which records are past their retention. */
  readonly now?: () => number;
  readonly onCorrupt?: OnCorrupt | undefined;
  /** Milliseconds between two looks at a record that is watched without a listener. */
  readonly lookEveryMs?: number;
}

export interface FirestoreStore extends OperationStore {
  /** Loads the client and opens its channel, in about 0.3 s. A channel that does not open is no error here. */
  warm(): Promise<void>;
}

const ID = /^[0-9a-f-]{36}$/i;

/**
 * Stores operations as documents of the collection `operations`. A write is one commit with a precondition, without a
 * transaction. If its answer is lost, the document is read before the write is repeated. A refusal may come from the write's
 * own first attempt or from another writer; the nonces in the document tell which. A call that runs out of time rejects
 * with `StoreUnavailable`.
 */
export function createFirestoreStore(options: FirestoreOptions): FirestoreStore {
  const {
    database = '(default)',
    timeoutMs = 5000,
    attemptTimeoutMs = 2400,
    now = Date.now,
    onCorrupt,
    lookEveryMs = LOOK_EVERY_MS,
  } = options;
  const service = firestoreService({ ...options, database, timeoutMs, attemptTimeoutMs });
  const nameOf = (id: string) => service.nameOf(COLLECTION, id);
  const isExpired = (document: Document) => (expiryOf(document) ?? Number.POSITIVE_INFINITY) <= now();

  async function create(record: Operation): Promise<Version | undefined> {
    const writes = withNewWrite([]);
    const name = nameOf(record.id);
    const write = { update: { name, fields: fieldsOf(record, writes) } };
    const until = await service.begin();
    const judge: Judge<Version | undefined> = {
      written: (time) => versionOf(time, writes),
      unwritten: async () => {
        const found = await service.get(name, until, LOOKED_AT);
        if (!found) return { again: { exists: false } };
        const own = ownVersion(found, writes);
        if (own !== undefined) return { known: own };
        // A record past its retention exists for nobody, so it is replaced.
        return isExpired(found) ? { again: { updateTime: found.updateTime ?? null } } : { known: undefined };
      },
    };
    return writeUntilKnown(service, write, { exists: false }, until, judge);
  }

  async function read(id: string): Promise<Stored | undefined> {
    if (!ID.test(id)) return undefined;
    const found = await service.get(nameOf(id), await service.begin(), READ_FIELDS);
    return found && unexpired(found);
  }

  const unexpired = (document: Document) => (isExpired(document) ? undefined : storedOf(document));
  const watch = createWatch({ service, collection: COLLECTION, read, storedOf: unexpired, lookEveryMs });

  async function update(record: Operation, version: Version): Promise<Version | undefined> {
    const state = stateOf(version);
    if (!state) return undefined;
    const writes = withNewWrite(state.writes);
    const name = nameOf(record.id);
    const write = { update: { name, fields: fieldsOf(record, writes) } };
    const { updateTime } = state;
    const until = await service.begin();
    const judge: Judge<Version | undefined> = {
      written: (time) => versionOf(time, writes),
      unwritten: async (certainly) => {
        const found = certainly ? undefined : await service.get(name, until, LOOKED_AT);
        if (!found) return { known: undefined };
        const own = ownVersion(found, writes);
        if (own !== undefined) return { known: own };
        return isAt(found, updateTime) ? { again: { updateTime } } : { known: undefined };
      },
    };
    return writeUntilKnown(service, write, { updateTime }, until, judge);
  }

  /** Reads page after page until enough documents are operations, so that corrupt ones take no place in the answer. */
  async function take<T>(
    limit: number,
    page: (after: Cursor | undefined) => Query,
    cursorOf: (document: Document) => Cursor,
    parse: (document: Document) => T | undefined,
    skipped: (document: Document, faults: string) => unknown,
  ): Promise<T[]> {
    const taken: T[] = [];
    for (let after: Cursor | undefined; taken.length < limit; ) {
      const documents = await service.query(page(after), await service.begin());
      for (const document of documents) {
        const one = skipCorrupt(
          () => parse(document),
          (faults) => skipped(document, faults),
        );
        if (one !== undefined) taken.push(one);
      }
      const last = documents.at(-1);
      if (!last || documents.length < limit) break;
      after = cursorOf(last);
    }
    return taken.slice(0, limit);
  }

  /** Writes only these fields, once. Resolves to `false` if the version moved. */
  async function mark(name: string, version: Version, fields: (writes: readonly string[]) => Fields) {
    const state = stateOf(version);
    if (!state) return false;
    const marked = fields(withNewWrite(state.writes));
    const { updateTime } = state;
    const committed = await service.commit(
      {
        update: { name, fields: marked },
        updateMask: { fieldPaths: Object.keys(marked) },
        currentDocument: { updateTime },
      },
      await service.begin(),
    );
    if (committed.kind === 'unanswered') throw faultOf(committed.error);
    return committed.kind === 'written';
  }

  async function setAside(document: Document, faults: string): Promise<void> {
    const marked = mark(document.name ?? '', versionIn(document), (writes) =>
      settingAside(now(), now() + SET_ASIDE_MS, writes),
    );
    // A record that cannot be set aside is skipped, and the next query meets it again.
    if ((await marked.catch(() => true)) && !isSetAside(document)) onCorrupt?.(idOf(document), faults);
  }

  return {
    create,
    update,
    erase: (id, version) => eraseDocument(service, nameOf(id), version),
    read,
    async list(query) {
      const limit = query.page_size + 1;
      const start = query.after && { at: query.after.created_at, name: nameOf(query.after.id) };
      const found = await take(
        limit,
        (after = start) => listQuery(query, limit, after),
        (document) => ({ at: integerOf(document, 'created_at'), name: document.name ?? '' }),
        (document) => {
          const summary = isSetAside(document) ? undefined : summaryIn(document);
          return summary && summary.expire_at > now() ? summary : undefined;
        },
        (document, faults) => onCorrupt?.(idOf(document), faults),
      );
      return {
        operations: found.slice(0, query.page_size),
        more: found.length > query.page_size,
      };
    },
    async due(at, limit, from) {
      const corrupt: [Document, string][] = [];
      const found = await take(
        limit,
        (after = from && { at: from.due_at, name: nameOf(from.id) }) => dueQuery(at, limit, after),
        (document) => ({ at: integerOf(document, 'due_at'), name: document.name ?? '' }),
        (document) => dueAt(storedOf(document), integerOf(document, 'due_at')),
        (...skipped) => corrupt.push(skipped),
      );
      await Promise.all(corrupt.map((skipped) => setAside(...skipped)));
      return found;
    },
    postpone: (id, version, due_at) => mark(nameOf(id), version, (writes) => postponement(due_at, writes)),
    countUnfinished: async (tenant_id, upTo) =>
      service.count(unfinishedQuery(tenant_id, upTo), await service.begin()),
    ...firestoreLocks(service),
    async ping() {
      await service.get(nameOf('ping'), await service.begin(), ['status']);
    },
    watch: watch.watch,
    warm: service.warm,
    async close() {
      watch.close();
      await service.close();
    },
  };
}

/**
 * The version that the last of `writes` gave the document. If another write has replaced it since, the version is outdated
 * in any case, and so is the one of the document's creation.
 */
function ownVersion(document: Document, writes: readonly string[]): Version | undefined {
  const found = writesOf(document);
  const own = writes.at(-1) ?? '';
  if (!found.includes(own)) return undefined;
  return found.at(-1) === own ? versionIn(document) : versionOf(document.createTime);
}

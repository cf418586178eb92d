import { randomBytes } from 'node:crypto';
import type { Operation } from '../../record/record.ts';
import { type OperationStore, RecordTooLarge, SET_ASIDE_MS, type Version } from '../port.ts';
import { dueAt, type OnCorrupt, skipCorrupt } from '../serialise.ts';
import type { ClientOptions, Document, Fields, Query, Write } from './client.ts';
import {
  expiryOf,
  FIELD_MASK,
  fieldsOf,
  idOf,
  integerOf,
  isSetAside,
  postponement,
  settingAside,
  storedOf,
  summaryIn,
  timeOf,
  versionOf,
  WRITES,
  writesOf,
} from './document.ts';
import { firestoreSlots } from './locks.ts';
import { COLLECTION, type Cursor, dueQuery, listQuery, unfinishedQuery } from './queries.ts';
import { CODE, Refused } from './rpc.ts';
import { firestoreService } from './service.ts';

export interface FirestoreOptions extends ClientOptions {
  readonly database?: string | undefined;
  /** Time for a call with all its attempts, ms. */
  readonly timeoutMs?: number;
  /** Time for one attempt, ms: short enough that a second one fits, should an answer be lost. */
  readonly attemptTimeoutMs?: number;
  /** The clock that decides what is past its retention. */
  readonly now?: () => number;
  readonly onCorrupt?: OnCorrupt | undefined;
}

export interface FirestoreStore extends OperationStore {
  /** Loads the client and opens its channel: about 0.3 s. A channel that does not open is no error. */
  warm(): Promise<void>;
}

const ID = /^[0-9a-f-]{36}$/i;

/**
 * Operations as documents of the collection `operations`. A write is one commit with a precondition, without a
 * transaction. A write whose answer was lost is made again and then refused, by its own first attempt or by somebody
 * else's write: which of the two, the nonces in the document tell, so that the outcome is never reported wrongly.
 * What runs into the limit of time is `StoreUnavailable`.
 */
export function createFirestoreStore(options: FirestoreOptions): FirestoreStore {
  const {
    database = '(default)',
    timeoutMs = 5000,
    attemptTimeoutMs = 2400,
    now = Date.now,
    onCorrupt,
  } = options;
  const service = firestoreService({ ...options, database, attemptTimeoutMs });
  const nameOf = (id: string) => service.nameOf(COLLECTION, id);
  const limitOfTime = () => performance.now() + timeoutMs;
  const isExpired = (document: Document) => (expiryOf(document) ?? Number.POSITIVE_INFINITY) <= now();
  const look = (id: string, until: number) => service.get(nameOf(id), until, [WRITES, 'expire_at']);

  /** The record and, in `writes`, the nonce alone or after those of the writes before. */
  const writeOf = (record: Operation, nonce: string, first: boolean): Write => {
    const nonces = { values: [{ stringValue: nonce }] };
    const fields = fieldsOf(record);
    return first
      ? {
          update: { name: nameOf(record.id), fields: { ...fields, [WRITES]: { arrayValue: nonces } } },
          updateMask: { fieldPaths: [...FIELD_MASK, WRITES] },
        }
      : {
          update: { name: nameOf(record.id), fields },
          updateMask: { fieldPaths: FIELD_MASK },
          updateTransforms: [{ fieldPath: WRITES, appendMissingElements: nonces }],
        };
  };

  async function create(
    record: Operation,
    until = limitOfTime(),
    nonce = newNonce(),
  ): Promise<Version | undefined> {
    const write = writeOf(record, nonce, true);
    const done = await outcome(service.commit({ ...write, currentDocument: { exists: false } }, until));
    if (done.value) return versionOf(done.value);
    const found = await look(record.id, until);
    if (!found) return create(record, until, nonce);
    if (writesOf(found)[0] === nonce) return firstVersion(found);
    return isExpired(found) ? replace(record, found, until) : undefined;
  }

  /** A record past its retention exists for nobody, so it gives way. */
  async function replace(record: Operation, expired: Document, until: number): Promise<Version | undefined> {
    const nonce = newNonce();
    const write = {
      ...writeOf(record, nonce, true),
      currentDocument: { updateTime: expired.updateTime ?? null },
    };
    const done = await outcome(service.commit(write, until));
    if (done.value) return versionOf(done.value);
    const found = await look(record.id, until);
    if (!found) return create(record, until, nonce);
    return writesOf(found)[0] === nonce ? firstVersion(found) : undefined;
  }

  async function update(record: Operation, version: Version): Promise<Version | undefined> {
    const nonce = newNonce();
    const write = writeOf(record, nonce, false);
    const until = limitOfTime();
    const updateTime = timeOf(version);
    if (!updateTime) return undefined;
    const done = await outcome(service.commit({ ...write, currentDocument: { updateTime } }, until));
    if (done.value) return versionOf(done.value);
    if (!done.repeated) return undefined;
    const found = await look(record.id, until);
    const writes = found ? writesOf(found) : [];
    if (found && writes.at(-1) === nonce) return versionOf(found.updateTime);
    // Ours, and written over since: the version that it had is moved in any case, as is the one before.
    return writes.includes(nonce) ? version : undefined;
  }

  /** Documents one page after the other until enough of them are operations, so that corrupt ones take no place. */
  async function take<T>(
    limit: number,
    page: (after: Cursor | undefined) => Query,
    cursorOf: (document: Document) => Cursor,
    parse: (document: Document) => T | undefined,
    skipped: (document: Document, faults: string) => unknown,
  ): Promise<T[]> {
    const taken: T[] = [];
    for (let after: Cursor | undefined; taken.length < limit; ) {
      const documents = await service.query(page(after), limitOfTime());
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

  /** Writes these fields alone. Resolves to whether it did: not if the version moved. */
  async function mark(name: string, fields: Fields, version: Version): Promise<boolean> {
    const updateTime = timeOf(version);
    if (!updateTime) return false;
    const write = { update: { name, fields }, updateMask: { fieldPaths: Object.keys(fields) } };
    const done = await outcome(service.commit({ ...write, currentDocument: { updateTime } }, limitOfTime()));
    return done.value !== undefined;
  }

  async function setAside(document: Document, faults: string): Promise<void> {
    const fields = settingAside(now(), now() + SET_ASIDE_MS);
    // What cannot be set aside is skipped all the same, and met again.
    const done = await mark(document.name ?? '', fields, versionOf(document.updateTime)).catch(() => true);
    if (done && !isSetAside(document)) onCorrupt?.(idOf(document), faults);
  }

  return {
    create: (record) => create(record),
    update,
    async read(id) {
      const found = ID.test(id) ? await service.get(nameOf(id), limitOfTime()) : undefined;
      return found && !isExpired(found) ? storedOf(found) : undefined;
    },
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
    postpone: (id, version, due_at) => mark(nameOf(id), postponement(due_at), version),
    countUnfinished: (tenant_id, upTo) => service.count(unfinishedQuery(tenant_id, upTo), limitOfTime()),
    ...firestoreSlots(service, limitOfTime),
    async ping() {
      await service.get(nameOf('ping'), limitOfTime(), ['status']);
    },
    warm: service.warm,
    close: service.close,
  };
}

/** The version that the first write gave; once written over, one that is as much of the past. */
const firstVersion = (document: Document): Version =>
  versionOf(writesOf(document).length === 1 ? document.updateTime : document.createTime);

const newNonce = (): string => randomBytes(9).toString('base64url');

/** A refused precondition is an outcome: no value. */
async function outcome<T>(commit: Promise<{ value: T; repeated: boolean }>) {
  try {
    return await commit;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === CODE.INVALID_ARGUMENT && /size|longer than|too large|exceed/i.test(error.message)) {
      throw new RecordTooLarge('more than Firestore takes', { cause: error });
    }
    if (error.code === CODE.INVALID_ARGUMENT) throw error;
    return { value: undefined, repeated: error.repeated };
  }
}

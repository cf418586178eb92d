import { codeOf, GRPC, isTransient } from '../../../grpc-status.ts';
import { RecordTooLarge, StoreUnavailable } from '../port.ts';
import {
  type Cancellable,
  type ClientOptions,
  type CommitResponse,
  type Document,
  type Fields,
  type ListenCall,
  type OpenedClient,
  openClient,
  type Query,
  type Timestamp,
  type Write,
} from './client.ts';
import { callOnce, callUntilAnswered, faultOf, type Start } from './rpc.ts';

/** How one attempt at a write ended. `unanswered`: it may have been carried out, or it still may be. */
export type Committed =
  | { readonly kind: 'written'; readonly time: Timestamp }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unanswered'; readonly error: unknown };

/** The RPCs that the store makes. `until` is the end of their attempts (`performance.now()`). */
export interface FirestoreService {
  /** Resource name of the database. */
  readonly database: string;
  /** Resource name of a document. */
  nameOf(collection: string, id: string): string;
  /**
   * Loads the client if needed. Resolves to the time at which a call that begins now has to end.
   * @throws {StoreUnavailable}
   */
  begin(): Promise<number>;
  /**
   * One attempt at one write. Every write needs a precondition.
   * @throws {RecordTooLarge}
   * @throws {StoreUnavailable} another attempt cannot help
   */
  commit(write: Write, until: number): Promise<Committed>;
  /** `undefined` for a missing document. A missing database is an error; `GetDocument` would not tell the two apart. */
  get(name: string, until: number, fieldPaths?: string[]): Promise<Document | undefined>;
  query(structuredQuery: Query, until: number): Promise<Document[]>;
  /** Counts the documents that the query finds, up to the query's limit. */
  count(structuredQuery: Query, until: number): Promise<number>;
  /** Opens a stream of changes; `undefined` over REST, which has none. */
  listen(): Promise<ListenCall | undefined>;
  /** Loads the client and waits until its channel is open, at most for one attempt's time. `close` does not end the wait. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceOptions extends ClientOptions {
  readonly database: string;
  /** Milliseconds for a call with all its attempts. */
  readonly timeoutMs: number;
  /** Milliseconds for one attempt. */
  readonly attemptTimeoutMs: number;
}

/** The codes of a failed precondition. For a read the same codes mean a missing database or index. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  GRPC.NOT_FOUND,
  GRPC.ALREADY_EXISTS,
  GRPC.FAILED_PRECONDITION,
]);

const NO_OPTIONS = {};

export function firestoreService(options: ServiceOptions): FirestoreService {
  const { timeoutMs, attemptTimeoutMs } = options;
  const database = `projects/${options.projectId}/databases/${options.database}`;
  const parent = `${database}/documents`;
  let opening: Promise<OpenedClient> | undefined;
  let opened: OpenedClient | undefined;
  let closed = false;

  async function client(): Promise<OpenedClient> {
    if (closed) throw new StoreUnavailable('Firestore: the store is closed');
    opening ??= openClient(options, database);
    try {
      opened = await opening;
      return opened;
    } catch (error) {
      opening = undefined;
      throw faultOf(error);
    }
  }

  const budget = (deadline: number) => ({ deadline, attemptTimeoutMs });

  /** Collects everything that a stream brings. */
  async function collect<T>(
    stream: (client: OpenedClient) => NodeJS.ReadableStream & Cancellable,
    until: number,
  ): Promise<T[]> {
    const to = opened ?? (await client());
    const start: Start<T[]> = (done) => {
      const values: T[] = [];
      const call = stream(to);
      call.on('data', (value: T) => values.push(value));
      call.on('error', done);
      call.on('end', () => done(undefined, values));
      return call;
    };
    return callUntilAnswered(start, budget(until));
  }

  async function commitOnce(write: Write, until: number): Promise<Committed> {
    const { stub, metadata } = opened ?? (await client());
    const request = { database, writes: [write] };
    try {
      const start: Start<CommitResponse> = (done) =>
        stub.commit(request, metadata.database, NO_OPTIONS, done);
      const { writeResults, commitTime } = await callOnce(start, budget(until));
      // A document that was deleted has no time of its own.
      const time = write.delete ? commitTime : writeResults?.[0]?.updateTime;
      if (!time) throw new Error('a commit without a time');
      return { kind: 'written', time };
    } catch (error) {
      if (REFUSALS.has(codeOf(error))) return { kind: 'refused' };
      if (isTransient(error)) return { kind: 'unanswered', error };
      if (isTooLarge(error)) throw new RecordTooLarge('more than Firestore takes', { cause: error });
      throw faultOf(error);
    }
  }

  return {
    database,
    nameOf: (collection, id) => `${parent}/${collection}/${id}`,
    async begin() {
      if (opened === undefined || closed) await client();
      return performance.now() + timeoutMs;
    },
    commit: oneAtATime(commitOnce),
    async get(name, until, fieldPaths) {
      const request = { database, documents: [name], ...(fieldPaths && { mask: { fieldPaths } }) };
      const answers = await collect<{ found?: Document }>(
        ({ stub, metadata }) => stub.batchGetDocuments(request, metadata.database, NO_OPTIONS),
        until,
      );
      return answers.find(({ found }) => found)?.found;
    },
    async query(structuredQuery, until) {
      const answers = await collect<{ document?: Document }>(
        ({ stub, metadata }) => stub.runQuery({ parent, structuredQuery }, metadata.parent, NO_OPTIONS),
        until,
      );
      return answers.flatMap(({ document }) => document ?? []);
    },
    async count(structuredQuery, until) {
      const aggregations = [{ alias: 'found', count: {} }];
      const request = { parent, structuredAggregationQuery: { structuredQuery, aggregations } };
      const answers = await collect<Counted>(
        ({ stub, metadata }) => stub.runAggregationQuery(request, metadata.parent, NO_OPTIONS),
        until,
      );
      return Number(answers.find(({ result }) => result)?.result?.aggregateFields?.['found']?.integerValue);
    },
    async listen() {
      if (options.preferRest) return undefined;
      const { stub, metadata } = opened ?? (await client());
      return stub.listen(metadata.listen, NO_OPTIONS);
    },
    async warm() {
      const { stub } = await client();
      if (stub.waitForReady === undefined) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      stub.waitForReady(Date.now() + attemptTimeoutMs, () => resolve());
      await promise;
    },
    async close() {
      closed = true;
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

interface Counted {
  result?: { aggregateFields?: Fields | null } | null;
}

const isTooLarge = (error: unknown): boolean =>
  codeOf(error) === GRPC.INVALID_ARGUMENT &&
  /size|longer than|too large|exceed/i.test((error as Error).message);

type CommitOnce = FirestoreService['commit'];

/**
 * Sends only one of several writes that build on the same state of a document. The database would let at most one through
 * and make the others wait for its lock; a hundred at once took seconds. If the one is carried out or refused, the others
 * count as refused. If it is not answered, the others are unanswered too.
 */
function oneAtATime(commit: CommitOnce): CommitOnce {
  const underway = new Map<string, Promise<Committed>>();
  return async function commitInTurn(write, until) {
    const { update, delete: deleted, currentDocument } = write;
    const { seconds, nanos } = currentDocument?.updateTime ?? {};
    const key = `${deleted ?? update?.name} ${seconds}.${nanos}`;
    const ahead = underway.get(key);
    if (ahead !== undefined) {
      const { kind } = await ahead.catch((): { kind: 'failed' } => ({ kind: 'failed' }));
      // The first write may have failed because of its own document, which differs from this one.
      if (kind === 'failed') return commitInTurn(write, until);
      return kind === 'unanswered' ? ahead : { kind: 'refused' };
    }
    const committed = commit(write, until);
    underway.set(key, committed);
    try {
      return await committed;
    } finally {
      underway.delete(key);
    }
  };
}

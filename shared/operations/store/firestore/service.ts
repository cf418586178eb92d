import { StoreUnavailable } from '../port.ts';
import {
  type ClientOptions,
  type Document,
  EMULATOR_HEADERS,
  type Fields,
  type FirestoreClient,
  openClient,
  type Query,
  type Timestamp,
  type Write,
} from './client.ts';
import { attempt, type Call, type CallOptions, CODE, type Outcome } from './rpc.ts';

/** The four RPCs the store is made of. `until` ends their attempts, on the clock of `performance.now()`. */
export interface FirestoreService {
  /** Resource name of a document. */
  nameOf(collection: string, id: string): string;
  /**
   * Resolves to the time of the write.
   * @throws {Refused} the precondition does not hold, or the document is invalid
   */
  commit(write: Write, until: number): Promise<Outcome<Timestamp | null | undefined>>;
  /** A missing document is `undefined`, a missing database is not, and `GetDocument` would not tell them apart. */
  get(name: string, until: number, fieldPaths?: readonly string[]): Promise<Document | undefined>;
  query(structuredQuery: Query, until: number): Promise<Document[]>;
  /** How many documents the query finds; its limit bounds what is counted. */
  count(structuredQuery: Query, until: number): Promise<number>;
  /** Loads the client and waits until its channel is open, for one attempt's time at most. A close does not end the wait. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceOptions extends ClientOptions {
  readonly database: string;
  /** Time for one attempt, ms. */
  readonly attemptTimeoutMs: number;
}

/** What a commit may answer but success. To a read the same codes mean that there is no database, or no index. */
const COMMIT_REFUSALS: ReadonlySet<number> = new Set([
  CODE.INVALID_ARGUMENT,
  CODE.NOT_FOUND,
  CODE.ALREADY_EXISTS,
  CODE.FAILED_PRECONDITION,
]);
const READ_REFUSALS: ReadonlySet<number> = new Set([CODE.INVALID_ARGUMENT]);

export function firestoreService(options: ServiceOptions): FirestoreService {
  const database = `projects/${options.projectId}/databases/${options.database}`;
  const headers = options.emulatorHost ? { otherArgs: { headers: EMULATOR_HEADERS } } : {};
  let opened: Promise<FirestoreClient> | undefined;
  let closed = false;

  function client(): Promise<FirestoreClient> {
    if (closed) throw new StoreUnavailable('Firestore: the store is closed');
    opened ??= openClient(options).catch((error: Error) => {
      opened = undefined;
      throw new StoreUnavailable(`Firestore: ${error.message}`, { cause: error });
    });
    return opened;
  }

  async function invoke<T>(
    rpc: (client: FirestoreClient, options: CallOptions) => Call<T>,
    deadline: number,
    refusals: ReadonlySet<number>,
  ): Promise<Outcome<T>> {
    const to = await client();
    const budget = { deadline, attemptTimeoutMs: options.attemptTimeoutMs };
    return attempt((callOptions) => rpc(to, { ...callOptions, ...headers }), budget, refusals);
  }

  return {
    nameOf: (collection, id) => `${database}/documents/${collection}/${id}`,
    async commit(write, until) {
      const request = { database, writes: [write] };
      const rpc = (to: FirestoreClient, call: CallOptions) => unary(to.commit(request, call));
      const { value, repeated } = await invoke(rpc, until, COMMIT_REFUSALS);
      return { value: value.writeResults?.[0]?.updateTime, repeated };
    },
    async get(name, until, fieldPaths) {
      const request = {
        database,
        documents: [name],
        ...(fieldPaths && { mask: { fieldPaths: [...fieldPaths] } }),
      };
      const rpc = (to: FirestoreClient, call: CallOptions) =>
        streamed<{ found?: Document }>(to.batchGetDocuments(request, call));
      const { value } = await invoke(rpc, until, READ_REFUSALS);
      return value.find((answer) => answer.found)?.found;
    },
    async query(structuredQuery, until) {
      const request = { parent: `${database}/documents`, structuredQuery };
      const rpc = (to: FirestoreClient, call: CallOptions) =>
        streamed<{ document?: Document }>(to.runQuery(request, call));
      const { value } = await invoke(rpc, until, READ_REFUSALS);
      return value.flatMap((answer) => answer.document ?? []);
    },
    async count(structuredQuery, until) {
      const aggregations = [{ alias: 'found', count: {} }];
      const request = {
        parent: `${database}/documents`,
        structuredAggregationQuery: { structuredQuery, aggregations },
      };
      const rpc = (to: FirestoreClient, call: CallOptions) =>
        streamed<Counted>(to.runAggregationQuery(request, call));
      const { value } = await invoke(rpc, until, READ_REFUSALS);
      return Number(value.find(({ result }) => result)?.result?.aggregateFields?.['found']?.integerValue);
    },
    async warm() {
      const stub = await (await client()).initialize();
      const { waitForReady } = stub;
      // REST has no channel.
      if (waitForReady === undefined) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waitForReady.call(stub, Date.now() + options.attemptTimeoutMs, () => resolve());
      await promise;
    },
    async close() {
      closed = true;
      await (await opened)?.close();
    },
  };
}

interface Counted {
  result?: { aggregateFields?: Fields | null } | null;
}

function unary<T>(answer: Promise<[T, ...unknown[]]>): Call<T> {
  return {
    answer: answer.then(([value]) => value),
    cancel: () => 'cancel' in answer && typeof answer.cancel === 'function' && answer.cancel(),
  };
}

function streamed<T>(stream: NodeJS.ReadableStream & { cancel?(): void }): Call<T[]> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<T[]>();
  const values: T[] = [];
  stream.on('data', (value: T) => values.push(value));
  stream.on('error', reject);
  stream.on('end', () => resolve(values));
  return { answer, cancel: () => stream.cancel?.() };
}
